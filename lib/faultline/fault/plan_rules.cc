#include "faultline/fault/plan_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"

namespace faultline {
namespace {

bool ShareANode(const PlannedFault& one, const PlannedFault& other) {
  return std::ranges::any_of(one.fault.targets, [&](const std::string& node) {
    return std::ranges::count(other.fault.targets, node) > 0;
  });
}

bool IsOneForAll(FaultArea area) {
  return area == FaultArea::kSwitch || area == FaultArea::kMembership;
}

}  // namespace

bool InEachOthersWay(const PlannedFault& one, const FaultKind& one_kind,
                     const PlannedFault& other, const FaultKind& other_kind) {
  const auto either = [&](FaultArea area) {
    return one_kind.area == area || other_kind.area == area;
  };
  if (either(FaultArea::kMembership)) return true;
  const bool same_area = one_kind.area == other_kind.area;
  if (same_area && IsOneForAll(one_kind.area)) return true;
  return ShareANode(one, other) && (same_area || either(FaultArea::kMachine));
}

bool InEachOthersWay(const PlannedFault& one, const PlannedFault& other) {
  return InEachOthersWay(one, FindFaultKind(one.fault.kind), other,
                         FindFaultKind(other.fault.kind));
}

std::vector<const FaultKind*> ChooseKinds(const std::vector<std::string>& names,
                                          int nodes) {
  std::vector<const FaultKind*> kinds;
  for (const std::string& name : names) {
    const FaultKind& kind = FindFaultKind(name);
    if (kind.targets.fewest > kind.targets.Most(nodes)) {
      throw UsageError(
          fmt::format("fault {}: {} nodes are too few for it", name, nodes));
    }
    kinds.push_back(&kind);
  }
  if (!kinds.empty()) return kinds;
  for (const FaultKind& kind : FaultCatalogue()) {
    const bool fits = kind.targets.fewest <= kind.targets.Most(nodes);
    if (fits) kinds.push_back(&kind);
  }
  return kinds;
}

}  // namespace faultline
