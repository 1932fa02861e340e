#include "faultline/nemesis/plan_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/fault/catalogue/fault_catalogue.h"
#include "faultline/fault/catalogue/requirements.h"

namespace faultline {
namespace {

bool AffectOneNode(const FaultSpec& one, const FaultSpec& other,
                   const std::vector<std::string>& nodes) {
  const FaultImpact others = ImpactOf(other, nodes);
  return std::ranges::any_of(
      ImpactOf(one, nodes).affected,
      [&](const std::string& node) { return others.affected.contains(node); });
}

bool IsOneForAll(FaultArea area) {
  return area == FaultArea::kSwitch || area == FaultArea::kMembership;
}

}  // namespace

bool Conflicts(const FaultSpec& one, const FaultSpec& other,
               const std::vector<std::string>& nodes) {
  const FaultArea area = FindFaultKind(one.kind).area;
  const FaultArea other_area = FindFaultKind(other.kind).area;
  const auto either = [&](FaultArea wanted) {
    return area == wanted || other_area == wanted;
  };
  if (either(FaultArea::kMembership)) return true;
  const bool same_area = area == other_area;
  if (same_area && IsOneForAll(area)) return true;
  return (same_area || either(FaultArea::kMachine)) &&
         AffectOneNode(one, other, nodes);
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

std::vector<Gap> LeaveOutGaps(std::vector<const FaultKind*>& kinds,
                              const Capabilities& has,
                              const std::string& service) {
  std::vector<Gap> gaps;
  std::erase_if(kinds, [&](const FaultKind* kind) {
    const std::vector<Gap> missing = GapsOf(*kind, has, service);
    gaps.insert(gaps.end(), missing.begin(), missing.end());
    return !missing.empty();
  });
  return gaps;
}

bool AlwaysLosesQuorum(const FaultKind& kind, int nodes) {
  const std::vector<std::string> names = NodeNames(nodes);
  for (int hit = kind.targets.fewest; hit <= kind.targets.Most(nodes); ++hit) {
    const FaultSpec fault = CompleteFault(
        {.kind = kind.name, .targets = {names.begin(), names.begin() + hit}});
    if (LeavesAMajority(ImpactOf(kind, fault, names), names)) return false;
  }
  return true;
}

}  // namespace faultline
