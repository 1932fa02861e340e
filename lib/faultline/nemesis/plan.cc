#include "faultline/nemesis/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/fault/catalogue/fault_catalogue.h"
#include "faultline/nemesis/plan_rules.h"

namespace faultline {

std::chrono::milliseconds FaultPlan::length() const {
  std::chrono::milliseconds length{0};
  for (const PlannedFault& planned : faults) {
    length = std::max(length, planned.end());
  }
  return length;
}

std::vector<std::string> NodeNames(int nodes) {
  std::vector<std::string> names;
  for (int index = 1; index <= nodes; ++index) {
    names.push_back(fmt::format("node{}", index));
  }
  return names;
}

void ValidatePlan(const FaultPlan& plan, int nodes) {
  if (plan.nodes != nodes) {
    throw UsageError(
        fmt::format("plan: made for a cluster of {} nodes, this one has {}",
                    plan.nodes, nodes));
  }
  const std::vector<std::string> names = NodeNames(nodes);
  for (const PlannedFault& planned : plan.faults) {
    ValidateFault(planned.fault, names);
  }
  for (auto one = plan.faults.begin(); one != plan.faults.end(); ++one) {
    for (auto other = plan.faults.begin(); other != one; ++other) {
      if (!one->Overlaps(*other) ||
          !Conflicts(one->fault, other->fault, names)) {
        continue;
      }
      throw UsageError(fmt::format("plan: \"{}\" and \"{}\" conflict",
                                   ToText(*other), ToText(*one)));
    }
  }
}

}  // namespace faultline
