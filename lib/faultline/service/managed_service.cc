#include "faultline/service/managed_service.h"

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/service/service_unit.h"

namespace faultline {

void ManagedService::Start(Node& node, Deadline deadline) {
  StartUnits(node, units(node), deadline);
}

void ManagedService::Kill(Node& node, Deadline deadline) {
  KillUnits(node, units(node), deadline);
}

void ManagedService::WaitUntilSettled(Deadline deadline) {
  for (Node* node : nodes()) {
    Eventually(deadline, node->name() + ": its service answers", [&] {
      RequireAnswer(*node, deadline);
      return true;
    });
  }
}

bool ManagedService::Answers(Node& node, Deadline deadline) {
  try {
    RequireAnswer(node, deadline);
    return true;
  } catch (const CommandError&) {
    return false;
  } catch (const TimeoutError&) {
    return false;
  }
}

bool ManagedService::RunsOn(const Node& node) const {
  return std::ranges::count(nodes(), &node) != 0;
}

}  // namespace faultline
