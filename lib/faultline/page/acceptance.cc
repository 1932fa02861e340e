#include "faultline/page/acceptance.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "faultline/page/stored_runs.h"

namespace faultline::internal {
namespace {

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

std::string Verdict(const Runs& runs) {
  if (runs.empty()) return "**not run**";
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

}  // namespace

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

}  // namespace faultline::internal
