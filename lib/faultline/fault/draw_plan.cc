#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "faultline/base/error.h"
#include "faultline/base/random.h"
#include "faultline/fault/plan_rules.h"

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
};

milliseconds Between(RandomStream& random, milliseconds low,
                     milliseconds high) {
  const auto steps = static_cast<int>((high - low) / kStep);
  return low + kStep * random.Below(steps + 1);
}

// Nodes that cannot take part in a majority while the fault lasts, at most.
int NodesOut(const Drawn& drawn, int nodes) {
  const int hit = static_cast<int>(drawn.planned.fault.targets.size());
  const int minority = (nodes - 1) / 2;
  if (drawn.kind->stops_node) return hit;
  switch (drawn.kind->area) {
    case FaultArea::kSwitch:
      // The smaller group; how the kinds that take all nodes divide them is
      // theirs to say.
      return hit == nodes ? minority : std::min(hit, nodes - hit);
    case FaultArea::kLink:
    case FaultArea::kMachine:
      return hit;
    case FaultArea::kMembership:
      return 1;  // one after the other
    default:
      return 0;
  }
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
        nodes_(rules.targets.empty() ? NodeNames(rules.nodes) : rules.targets),
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
    Drawn drawn{.planned = {}, .kind = nullptr};
    drawn.kind = kinds[static_cast<std::size_t>(
        random_.Below(static_cast<int>(kinds.size())))];
    drawn.planned.start = Between(random_, rules_.earliest, rules_.latest);
    drawn.planned.duration = Between(random_, rules_.shortest, rules_.longest);
    drawn.planned.fault.kind = drawn.kind->name;
    drawn.planned.fault.targets = DrawTargets(*drawn.kind);
    for (const ParameterSpec& parameter : drawn.kind->parameters) {
      drawn.planned.fault.parameters[parameter.name] =
          DrawValue(drawn.planned.fault, parameter);
    }
    return drawn;
  }

  std::vector<std::string> DrawTargets(const FaultKind& kind) {
    const int available = static_cast<int>(nodes_.size());
    const int most = std::min(kind.targets.Most(rules_.nodes), available);
    const int fewest = std::min(kind.targets.fewest, most);
    const int count = fewest + random_.Below(most - fewest + 1);
    std::vector<std::string> chosen = nodes_;
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
    int at_once = 1;
    int out = NodesOut(drawn, rules_.nodes);
    for (const Drawn& other : drawn_) {
      if (!other.planned.Overlaps(drawn.planned)) continue;
      if (InEachOthersWay(other.planned, *other.kind, drawn.planned,
                          *drawn.kind))
        return false;
      ++at_once;
      out += NodesOut(other, rules_.nodes);
    }
    const bool quorum = out <= (rules_.nodes - 1) / 2;
    return at_once <= rules_.at_once && (quorum || rules_.may_lose_quorum);
  }

  FaultPlan Finish() {
    FaultPlan plan{.nodes = rules_.nodes, .seed = seed_, .faults = {}};
    for (const Drawn& drawn : drawn_) plan.faults.push_back(drawn.planned);
    std::ranges::stable_sort(plan.faults, {}, &PlannedFault::start);
    return plan;
  }

  const PlanRules& rules_;
  const std::vector<std::string> nodes_;
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
