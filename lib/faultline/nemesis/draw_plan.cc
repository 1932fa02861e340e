#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "faultline/base/error.h"
#include "faultline/base/random.h"
#include "faultline/nemesis/plan_rules.h"

namespace faultline {
namespace {

using internal::RandomStream;
using std::chrono::milliseconds;

// How far a drawn parameter lies from its default.
constexpr std::array kFactors = {0.5, 1.0, 2.0};
// Short numbers are easier to read, and nothing depends on finer ones.
constexpr milliseconds kStep{100};

struct Drawn {
  PlannedFault planned;
  const FaultKind* kind = nullptr;
  FaultImpact impact;
};

milliseconds Between(RandomStream& random, milliseconds low,
                     milliseconds high) {
  const auto steps = static_cast<int>((high - low) / kStep);
  return low + kStep * random.Below(steps + 1);
}

std::string DrawSizes(RandomStream& random, int total) {
  std::string sizes;
  while (total > 0) {
    const int size = 1 + random.Below(total);
    sizes += (sizes.empty() ? "" : "+") + std::to_string(size);
    total -= size;
  }
  return sizes;
}

class Drawing {
 public:
  Drawing(const PlanRules& rules, std::uint64_t seed)
      : rules_(rules),
        all_(NodeNames(rules.nodes)),
        targets_(rules.targets.empty() ? all_ : rules.targets),
        seed_(seed),
        random_(seed, kStream) {}

  FaultPlan Draw() {
    const int wanted =
        rules_.fewest + random_.Below(rules_.most - rules_.fewest + 1);
    for (int left = kAttempts * wanted; left > 0 && Count() < wanted; --left) {
      Drawn drawn = DrawFault();
      if (Fits(drawn)) drawn_.push_back(std::move(drawn));
    }
    if (drawn_.empty()) {
      throw UsageError("plan: no fault fits the rules (quorum, nodes)");
    }
    return Finish();
  }

 private:
  static constexpr std::uint64_t kStream = 0x706c616e;  // "plan"
  static constexpr int kAttempts = 20;

  int Count() const { return static_cast<int>(drawn_.size()); }

  Drawn DrawFault() {
    const auto& kinds = rules_.kinds;
    const FaultKind& kind = *kinds[static_cast<std::size_t>(
        random_.Below(static_cast<int>(kinds.size())))];
    PlannedFault planned;
    planned.start = Between(random_, rules_.earliest, rules_.latest);
    planned.duration = Between(random_, rules_.shortest, rules_.longest);
    planned.fault.kind = kind.name;
    planned.fault.targets = DrawTargets(kind);
    for (const ParameterSpec& parameter : kind.parameters) {
      planned.fault.parameters[parameter.name] =
          DrawValue(planned.fault, parameter);
    }
    return {.planned = planned,
            .kind = &kind,
            .impact = ImpactOf(kind, planned.fault, all_)};
  }

  std::vector<std::string> DrawTargets(const FaultKind& kind) {
    const int available = static_cast<int>(targets_.size());
    const int most = std::min(kind.targets.Most(rules_.nodes), available);
    const int fewest = std::min(kind.targets.fewest, most);
    const int count = fewest + random_.Below(most - fewest + 1);
    std::vector<std::string> chosen = targets_;
    for (int i = 0; i < count; ++i) {
      const int other = i + random_.Below(available - i);
      std::swap(chosen[static_cast<std::size_t>(i)],
                chosen[static_cast<std::size_t>(other)]);
    }
    chosen.resize(static_cast<std::size_t>(count));
    return chosen;
  }

  std::string DrawValue(const FaultSpec& fault,
                        const ParameterSpec& parameter) {
    using Type = ParameterSpec::Type;
    if (parameter.type == Type::kChoice) {
      return parameter.choices[static_cast<std::size_t>(
          random_.Below(static_cast<int>(parameter.choices.size())))];
    }
    if (parameter.type == Type::kUnit || parameter.type == Type::kDisk)
      return parameter.default_value;
    if (parameter.type == Type::kSizes) {
      if (!rules_.may_lose_quorum) return parameter.default_value;
      return DrawSizes(random_, static_cast<int>(fault.targets.size()));
    }
    const double factor = kFactors[static_cast<std::size_t>(
        random_.Below(static_cast<int>(kFactors.size())))];
    return Scaled(fault, parameter, factor);
  }

  static std::string Scaled(const FaultSpec& fault,
                            const ParameterSpec& parameter, double factor) {
    const FaultSpec standard{
        fault.kind, {}, {{parameter.name, parameter.default_value}}};
    const auto clamped = [&](double value) {
      return std::clamp(value * factor, parameter.minimum, parameter.maximum);
    };
    switch (parameter.type) {
      case ParameterSpec::Type::kDuration: {
        const std::chrono::duration<double> value =
            DurationParameter(standard, parameter.name);
        return fmt::format("{:.0f}ms", clamped(value.count()) * 1000);
      }
      case ParameterSpec::Type::kPercent:
        return fmt::format("{:g}%",
                           clamped(PercentParameter(standard, parameter.name)));
      default:
        return fmt::format("{:.0f}",
                           clamped(NumberParameter(standard, parameter.name)));
    }
  }

  // Conservative: whatever overlaps the new fault counts at once.
  bool Fits(const Drawn& drawn) const {
    // All nodes in one group are no partition.
    if (drawn.kind->area == FaultArea::kSwitch && drawn.impact.cuts.empty())
      return false;
    int at_once = 1;
    FaultImpact together = drawn.impact;
    for (const Drawn& other : drawn_) {
      if (!other.planned.Overlaps(drawn.planned)) continue;
      if (Conflicts(other.planned.fault, drawn.planned.fault, all_))
        return false;
      ++at_once;
      together.Add(other.impact);
    }
    return at_once <= rules_.at_once &&
           (rules_.may_lose_quorum || LeavesAMajority(together, all_));
  }

  FaultPlan Finish() {
    FaultPlan plan{.nodes = rules_.nodes, .seed = seed_, .faults = {}};
    for (const Drawn& drawn : drawn_) plan.faults.push_back(drawn.planned);
    std::ranges::stable_sort(plan.faults, {}, &PlannedFault::start);
    return plan;
  }

  const PlanRules& rules_;
  const std::vector<std::string> all_;
  const std::vector<std::string> targets_;
  const std::uint64_t seed_;
  RandomStream random_;
  std::vector<Drawn> drawn_;
};

void RejectUnusable(const PlanRules& rules) {
  const auto reject = [](const char* what) {
    throw UsageError(fmt::format("plan rules: {}", what));
  };
  if (rules.kinds.empty()) reject("no kind of fault");
  if (rules.nodes < 1) reject("a cluster has one node or more");
  if (rules.fewest < 1 || rules.most < rules.fewest)
    reject("the number of faults is not 1 or more, fewest to most");
  if (rules.earliest.count() < 0 || rules.latest < rules.earliest)
    reject("the latest start is before the earliest");
  if (rules.shortest < kStep || rules.longest < rules.shortest)
    reject("durations are 100 ms or more, shortest to longest");
  if (rules.at_once < 1) reject("one fault or more is there at once");
}

}  // namespace

FaultPlan DrawPlan(const PlanRules& rules, std::uint64_t seed) {
  RejectUnusable(rules);
  return Drawing(rules, seed).Draw();
}

}  // namespace faultline
