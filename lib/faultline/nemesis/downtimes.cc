#include "faultline/nemesis/downtimes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>

#include "faultline/fault/catalogue/fault_catalogue.h"

namespace faultline {
namespace {

// A recorded fault, and what it may do to the cluster.
struct Effect {
  std::int64_t from_ns = 0;
  std::int64_t until_ns = 0;
  bool serves = false;  // a majority may be asked to serve meanwhile
  FaultImpact impact = {};
};

// What stops nodes or cuts links, and stays so until it is healed.
bool IsClear(const FaultKind& kind, const FaultImpact& impact) {
  return !kind.comes_and_goes && !(impact.down.empty() && impact.cuts.empty());
}

bool IsRecordOf(const FaultInterval& recorded, const FaultSpec& spec) {
  return recorded.name == spec.kind &&
         recorded.target == fmt::format("{}", fmt::join(spec.targets, ","));
}

Effect EffectOf(const FaultInterval& recorded, const FaultPlan& plan,
                const std::vector<std::string>& nodes) {
  Effect effect{recorded.begin_ns,
                recorded.recovered_ns.value_or(recorded.end_ns)};
  for (const PlannedFault& planned : plan.faults) {
    if (!IsRecordOf(recorded, planned.fault)) continue;
    const FaultImpact impact = ImpactOf(planned.fault, nodes);
    effect.serves = IsClear(FindFaultKind(planned.fault.kind), impact);
    effect.impact.Add(impact);
    if (!effect.serves) break;
  }
  return effect;
}

std::set<std::int64_t> Changes(const std::vector<FaultInterval>& recorded) {
  std::set<std::int64_t> changes;
  for (const FaultInterval& fault : recorded) {
    changes.insert({fault.begin_ns, fault.end_ns});
    if (fault.effect_ns) changes.insert(*fault.effect_ns);
    if (fault.recovered_ns) changes.insert(*fault.recovered_ns);
  }
  return changes;
}

bool MustServe(const std::vector<Effect>& effects, const Downtime& stretch,
               const std::vector<std::string>& nodes) {
  FaultImpact all;
  for (const Effect& effect : effects) {
    if (effect.until_ns <= stretch.from_ns ||
        effect.from_ns >= stretch.until_ns)
      continue;
    if (!effect.serves) return false;
    all.Add(effect.impact);
  }
  return LeavesAMajority(all, nodes);
}

}  // namespace

std::vector<Downtime> InevitableDowntimes(
    const std::vector<FaultInterval>& recorded, const FaultPlan& plan) {
  const std::vector<std::string> nodes = NodeNames(plan.nodes);
  std::vector<Effect> effects;
  for (const FaultInterval& fault : recorded)
    effects.push_back(EffectOf(fault, plan, nodes));
  std::vector<Downtime> downtimes;
  std::optional<std::int64_t> last;
  for (const std::int64_t change : Changes(recorded)) {
    if (last) {
      const Downtime stretch{*last, change};
      if (!MustServe(effects, stretch, nodes)) downtimes.push_back(stretch);
    }
    downtimes.push_back({change, change});
    last = change;
  }
  return downtimes;
}

}  // namespace faultline
