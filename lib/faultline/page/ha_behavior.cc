#include "faultline/page/ha_behavior.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "faultline/check/availability.h"
#include "faultline/report/run_report.h"

namespace faultline {
namespace {

using Runs = std::vector<StoredRun>;

constexpr char kWatch[] = "Watch";

// A line of T040's acceptance list, and the scenarios that answer it: those
// whose names hold `role` and one of `words`.
struct Acceptance {
  const char* claim;
  const char* role;
  std::vector<const char*> words;
};

const std::vector<Acceptance>& AcceptanceList() {
  static const std::vector<Acceptance> list = {
      {"A VM migrates live", "PlasmaVMC", {"Migration"}},
      {"A VM is recovered when its host fails", "PlasmaVMC", {"HostFailure"}},
      {"ChainFire survives the loss of one of three nodes",
       "ChainFire",
       {"LeaderKilled", "LeaderProcessKilled", "FollowerKilled",
        "NodeFailure"}},
      {"FlareDB survives the loss of one of three nodes without losing data",
       "FlareDB",
       {"LeaderKilled", "LeaderProcessKilled", "FollowerKilled",
        "NodeFailure"}},
      {"IAM fails over", "IAM", {"FailsOver"}}};
  return list;
}

bool Concerns(const StoredRun& run, const std::string& component) {
  if (component == kWatch) return run.test.find(kWatch) != std::string::npos;
  return run.role == component;
}

Runs Of(const Runs& runs, const std::string& component) {
  Runs found;
  std::ranges::copy_if(
      runs, std::back_inserter(found),
      [&](const StoredRun& run) { return Concerns(run, component); });
  return found;
}

std::map<std::string, Runs> ByScenario(const Runs& runs) {
  std::map<std::string, Runs> scenarios;
  for (const StoredRun& run : runs) scenarios[run.test].push_back(run);
  return scenarios;
}

std::string Seconds(std::int64_t ns) {
  return fmt::format("{:.2f} s", static_cast<double>(ns) / 1e9);
}

std::int64_t CountHeld(const Runs& runs) {
  return std::ranges::count(runs, std::string("held"), &StoredRun::status);
}

bool IsGap(const Runs& runs) {
  return std::ranges::all_of(
      runs, [](const StoredRun& run) { return run.status == "gap"; });
}

std::string Verdict(const Runs& runs) {
  if (runs.empty()) return "**not answered**: no run is stored";
  const auto held = static_cast<std::size_t>(CountHeld(runs));
  if (held == runs.size())
    return fmt::format("held, {} of {} runs", held, held);
  return fmt::format("**not met**: {} of {} runs held", held, runs.size());
}

std::string AcceptanceRow(const Acceptance& line, const Runs& all) {
  Runs runs;
  std::set<std::string> names;
  for (const StoredRun& run : Of(all, line.role)) {
    if (std::ranges::none_of(line.words, [&](const char* word) {
          return run.test.find(word) != std::string::npos;
        }))
      continue;
    runs.push_back(run);
    names.insert(
        fmt::format("[{0}](../../fixtures/results/{0}.json)", run.test));
  }
  return fmt::format(
      "| {} | {} | {} |\n", line.claim, Verdict(runs),
      names.empty() ? "-" : fmt::format("{}", fmt::join(names, ", ")));
}

std::string AcceptanceTable(const Runs& runs,
                            const std::vector<std::string>& components) {
  std::string text = "| T040 asks | verdict | evidence |\n|---|---|---|\n";
  for (const Acceptance& line : AcceptanceList())
    text += AcceptanceRow(line, runs);
  std::vector<std::string> missing;
  for (const std::string& component : components) {
    if (Of(runs, component).empty()) missing.push_back(component);
  }
  return text + fmt::format(
                    "| HA behaviour is documented for each component | {} | "
                    "this document |\n",
                    missing.empty()
                        ? "held"
                        : fmt::format("**not met**: no run is stored of {}",
                                      fmt::join(missing, ", ")));
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
    return outages.repetitions == 0 ? "-" : Seconds(ns);
  };
  return fmt::format("| {} | {} | {} of {} | {} | {} | {} | {} | {} |\n",
                     test.substr(sizeof("T040.") - 1), FaultNames(runs),
                     CountHeld(runs), runs.size(), cell(outages.min_ns),
                     cell(outages.median_ns), cell(outages.p95_ns),
                     cell(outages.max_ns), BoundOf(runs));
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
        fault, Seconds(sorted[(sorted.size() - 1) / 2]), sorted.size(),
        Seconds(sorted.back()));
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
        Seconds(outages.max_ns), outages.repetitions);
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

std::string Section(const std::string& component, const Runs& runs) {
  std::string text = fmt::format("\n## {}\n\n", component);
  if (runs.empty())
    return text +
           "No run is stored: nothing is known of its behaviour. Run its "
           "scenarios, then `faultline document --take`.\n";
  text += "Tested:\n\n" + FactsText(runs) +
          "\n### Failure modes\n\nOutages are the longest of each run; where a "
          "fault leaves no majority, the bound counts from its end.\n\n"
          "| scenario | faults | held | outage: min | median | p95 | max | "
          "bound |\n|---|---|---|---|---|---|---|---|\n";
  for (const auto& [test, own] : ByScenario(runs)) text += ModeRow(test, own);
  text += "\n### Recovery\n\n" + RecoveryText(runs);
  text += "\n### Gaps\n\n" + GapsText(runs);
  text += "\n### What follows\n\n" + RecommendationsText(runs);
  const char* filter = component == kWatch ? "Watch" : component.c_str();
  return text + fmt::format("\nReproduce: `./faultline t040 '{}'`\n", filter);
}

std::vector<std::string> ComponentsOf(const Runs& runs) {
  std::vector<std::string> components = ComponentsOfT040();
  for (const StoredRun& run : runs) {
    if (std::ranges::count(components, run.role) == 0)
      components.push_back(run.role);
  }
  return components;
}

}  // namespace

std::vector<std::string> ComponentsOfT040() {
  return {"ChainFire", "FlareDB", "PlasmaVMC", "IAM", "PrismNet", kWatch};
}

std::string HaBehavior(const Runs& stored) {
  // What the harness could not carry through says nothing of a service.
  Runs runs = stored;
  const auto broken = std::erase_if(
      runs, [](const StoredRun& run) { return run.status == "broken"; });
  std::string text = fmt::format(
      "# How the components behave when something breaks\n\n"
      "Written by `./faultline document` from {} stored runs "
      "(`fixtures/results`); no figure is typed by hand, and a test compares "
      "it. Do not edit.\n\n",
      runs.size());
  if (broken > 0)
    text += fmt::format(
        "{} more ended with an error of the harness and say nothing of a "
        "service.\n\n",
        broken);
  text += AcceptanceTable(runs, ComponentsOfT040());
  for (const std::string& component : ComponentsOf(runs))
    text += Section(component, Of(runs, component));
  return text;
}

}  // namespace faultline
