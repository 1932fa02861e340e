#include "faultline/page/ha_component.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "faultline/check/availability.h"
#include "faultline/page/stored_runs.h"
#include "faultline/report/run_report.h"

namespace faultline::internal {
namespace {

std::string ShortName(const std::string& test) {
  return test.substr(sizeof("T040.") - 1);
}

OutageDistribution Outages(const Runs& runs) {
  std::vector<std::vector<Outage>> outages;
  for (const StoredRun& run : runs) {
    if (!run.outage_ns) continue;
    outages.emplace_back();
    if (*run.outage_ns > 0)
      outages.back().push_back(
          {.begin_ns = 0, .end_ns = *run.outage_ns, .ended = run.outage_ended});
  }
  return DescribeOutages(outages);
}

std::string FaultNames(const Runs& runs) {
  std::set<std::string> names;
  for (const StoredRun& run : runs) {
    for (const StoredFault& fault : run.faults) names.insert(fault.name);
  }
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ", "));
}

std::string BoundOf(const Runs& runs) {
  std::set<std::string> bounds;
  for (const StoredRun& run : runs) {
    const auto bound = run.facts.find(kOutageBoundFact);
    if (bound != run.facts.end()) bounds.insert(bound->second);
  }
  return bounds.empty() ? "-" : fmt::format("{}", fmt::join(bounds, " or "));
}

std::string ModeRow(const std::string& test, const Runs& runs) {
  const OutageDistribution outages = Outages(runs);
  const auto cell = [&](std::int64_t ns) {
    return outages.repetitions == 0 ? "-" : SecondsText(ns);
  };
  return fmt::format("| {} | {} | {} of {} | {} | {} | {} | {} | {} |\n",
                     ShortName(test), FaultNames(runs), CountHeld(runs),
                     runs.size(), cell(outages.min_ns), cell(outages.median_ns),
                     cell(outages.p95_ns), cell(outages.max_ns), BoundOf(runs));
}

// How long after its healing each kind of fault's service answered again.
std::map<std::string, std::vector<std::int64_t>> ReturnsOf(const Runs& runs) {
  std::map<std::string, std::vector<std::int64_t>> returns;
  for (const StoredRun& run : runs) {
    for (const StoredFault& fault : run.faults) {
      if (fault.healed_ns && fault.back_ns)
        returns[fault.name].push_back(*fault.back_ns - *fault.healed_ns);
    }
  }
  return returns;
}

std::string RecoveryText(const Runs& runs) {
  std::string text;
  for (auto& [fault, times] : ReturnsOf(runs)) {
    std::vector<std::int64_t> sorted = times;
    std::ranges::sort(sorted);
    text += fmt::format(
        "- `{}`: end the fault (docs/faults.md says how); nothing else was "
        "done. What it hit answered again {} later (median, n = {}, longest "
        "{}).\n",
        fault, SecondsText(sorted[(sorted.size() - 1) / 2]), sorted.size(),
        SecondsText(sorted.back()));
  }
  return text.empty() ? "No stored run shows a recovery.\n" : text;
}

std::string GapsText(const Runs& runs) {
  std::string text;
  for (const auto& [test, own] : ByScenario(runs)) {
    if (!IsGap(own)) continue;
    const auto& facts = own.back().facts;
    const auto reason = facts.find("gap");
    text += fmt::format(
        "- {}: {}\n", test,
        reason != facts.end() ? reason->second : "gap: " + own.back().gap);
  }
  return text.empty() ? "None in the stored runs.\n" : text;
}

std::string RecommendationsText(const Runs& runs) {
  constexpr std::int64_t kEnough = 20;
  const OutageDistribution outages = Outages(runs);
  std::string text;
  if (outages.repetitions > 0)
    text += fmt::format(
        "- Clients must retry for longer than {}, the longest outage of {} "
        "runs; an alert on unacknowledged writes should wait as long.\n",
        SecondsText(outages.max_ns), outages.repetitions);
  for (const auto& [test, own] : ByScenario(runs)) {
    if (IsGap(own)) continue;
    if (CountHeld(own) < std::ssize(own))
      text += fmt::format("- Do not rely on {}: {} of {} runs held.\n", test,
                          CountHeld(own), own.size());
  }
  std::int64_t fewest = std::ssize(runs);
  for (const auto& [test, own] : ByScenario(runs))
    fewest = std::min<std::int64_t>(fewest, std::ssize(own));
  if (fewest < kEnough)
    text += fmt::format(
        "- Some scenarios have n = {}: their p95 is no more than their longest "
        "outage. Repeat them (`--repeat {}`) before a figure becomes a "
        "promise.\n",
        fewest, kEnough);
  return text;
}

// Of the runs of each kind of fault: how many held, and the longest outage.
std::string FaultCapability(const std::string& fault, const Runs& runs) {
  const std::int64_t held = CountHeld(runs);
  const OutageDistribution outages = Outages(runs);
  const std::string longest =
      outages.repetitions == 0
          ? ""
          : fmt::format(", outages of at most {}", SecondsText(outages.max_ns));
  return fmt::format("- {} through `{}`: {} of {} runs held{}.\n",
                     held == std::ssize(runs)
                         ? "Keeps its promises"
                         : "**Does not always keep its promises**",
                     fault, held, runs.size(), longest);
}

// What it was shown to do: without faults, and through each kind of them.
std::string CapabilitiesText(const Runs& runs) {
  std::vector<std::string> works;
  std::map<std::string, Runs> by_fault;
  for (const auto& [test, own] : ByScenario(runs)) {
    if (IsGap(own)) continue;
    bool faults = false;
    for (const StoredRun& run : own) {
      std::set<std::string> names;
      for (const StoredFault& fault : run.faults) names.insert(fault.name);
      for (const std::string& name : names) by_fault[name].push_back(run);
      faults = faults || !names.empty();
    }
    if (!faults && CountHeld(own) == std::ssize(own))
      works.push_back(fmt::format("{} (n = {})", ShortName(test), own.size()));
  }
  std::string text = works.empty()
                         ? ""
                         : fmt::format("- Works without a fault: {}.\n",
                                       fmt::join(works, ", "));
  for (const auto& [fault, own] : by_fault) text += FaultCapability(fault, own);
  return text.empty() ? "Nothing is shown yet.\n" : text;
}

std::string FactsText(const Runs& runs) {
  std::map<std::string, std::set<std::string>> facts;
  for (const StoredRun& run : runs) {
    for (const auto& [name, value] : run.facts) {
      if (name != kOutageBoundFact && name != "gap") facts[name].insert(value);
    }
  }
  std::string text;
  for (const auto& [name, values] : facts)
    text += fmt::format("- {}: {}\n", name, fmt::join(values, "; "));
  return text;
}

std::string ModesTable(const Runs& runs, const std::set<std::string>& not_run) {
  std::string text =
      "Outages are the longest of each run; where a fault leaves no majority, "
      "the bound counts from its end.\n\n"
      "| scenario | faults | held | outage: min | median | p95 | max | "
      "bound |\n|---|---|---|---|---|---|---|---|\n";
  for (const auto& [test, own] : ByScenario(runs)) text += ModeRow(test, own);
  for (const std::string& test : not_run)
    text += fmt::format("| {} | - | **not run** | - | - | - | - | - |\n",
                        ShortName(test));
  return text;
}

}  // namespace

std::string ComponentSection(const std::string& component, const Runs& runs,
                             const std::set<std::string>& not_run) {
  std::string text = fmt::format("\n## {}\n\n", component);
  text += runs.empty()
              ? "No run is stored: nothing is known of its behaviour. Run its "
                "scenarios, then `faultline document --take`.\n"
              : "Tested:\n\n" + FactsText(runs);
  if (!runs.empty()) text += "\n### Capabilities\n\n" + CapabilitiesText(runs);
  if (!runs.empty() || !not_run.empty())
    text += "\n### Failure modes\n\n" + ModesTable(runs, not_run);
  if (!runs.empty()) {
    text += "\n### Recovery\n\n" + RecoveryText(runs);
    text += "\n### Gaps\n\n" + GapsText(runs);
    text += "\n### What follows\n\n" + RecommendationsText(runs);
  }
  return text +
         fmt::format("\nReproduce: `./faultline t040 '{}'`\n", component);
}

}  // namespace faultline::internal
