#include "faultline/fault/service_process.h"

#include <fmt/format.h>

#include "faultline/base/eventually.h"
#include "faultline/fault/fault.h"
#include "faultline/fault/node_fault.h"

namespace faultline::internal {

std::string MainPid(Node& node, const ReplicatedStore& store,
                    Deadline deadline) {
  return Trimmed(node.Succeed(
      "systemctl show --property=MainPID --value " + store.unit(), deadline));
}

std::string RequireMainPid(Node& node, const ReplicatedStore& store,
                           Deadline deadline) {
  std::string pid = MainPid(node, store, deadline);
  if (pid == "0")
    throw NoEffectError(fmt::format("{}: {} does not run: nothing to break",
                                    node.name(), store.unit()));
  return pid;
}

void SignalService(Node& node, const ReplicatedStore& store,
                   const std::string& signal, Deadline deadline) {
  node.Succeed(fmt::format("systemctl kill --signal={} --kill-who=main {}",
                           signal, store.unit()),
               deadline);
}

void EndServiceInOrder(Node& node, const ReplicatedStore& store,
                       Deadline deadline) {
  SignalService(node, store, "TERM", deadline);
  Eventually(deadline, node.name() + ": the service ends after SIGTERM",
             [&] { return MainPid(node, store, deadline) == "0"; });
}

}  // namespace faultline::internal
