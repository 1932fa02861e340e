#include "faultline/fault/fault_kind.h"

#include <algorithm>

namespace faultline {
namespace {

FaultImpact DefaultImpact(const FaultKind& kind, const FaultSpec& fault,
                          const std::vector<std::string>& nodes) {
  FaultImpact impact;
  impact.affected = {fault.targets.begin(), fault.targets.end()};
  if (kind.stops_node || kind.area == FaultArea::kMachine)
    impact.down = impact.affected;
  if (kind.area == FaultArea::kLink) {
    std::vector<std::vector<std::string>> alone;
    for (const std::string& target : fault.targets) alone.push_back({target});
    impact.cuts = CutsBetween(alone, nodes);
  }
  return impact;
}

}  // namespace

int TargetCount::Most(int nodes) const {
  if (most == kAllButOne) return nodes - 1;
  if (most == kMinority) return (nodes - 1) / 2;
  return std::min(most, nodes);
}

FaultImpact ImpactOf(const FaultKind& kind, const FaultSpec& fault,
                     const std::vector<std::string>& nodes) {
  return kind.impact ? kind.impact(fault, nodes)
                     : DefaultImpact(kind, fault, nodes);
}

}  // namespace faultline
