#include "faultline/cli/repetitions_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/check/availability.h"

namespace faultline {
namespace {

std::string Seconds(std::int64_t nanoseconds) {
  return fmt::format("{:.2f} s", static_cast<double>(nanoseconds) / 1e9);
}

std::string Line(std::size_t width, const std::string& name,
                 const std::vector<std::string>& cells) {
  std::string line = fmt::format("{:<{}}", name, width);
  for (const std::string& cell : cells) line += fmt::format("  {:>8}", cell);
  return line + "\n";
}

std::string Bound(const ScenarioRuns& scenario) {
  for (const auto& [report, evidence] : scenario.runs) {
    const auto bound = report.facts.find(kOutageBoundFact);
    if (bound != report.facts.end()) return bound->second;
  }
  return "-";
}

// Empty unless the scenario has load, whose outages were looked for.
std::vector<std::string> OutageCells(const ScenarioRuns& scenario) {
  std::vector<std::vector<Outage>> outages;
  for (const auto& [report, evidence] : scenario.runs) {
    if (report.acknowledged > 0) outages.push_back(report.outages);
  }
  if (outages.empty()) return {};
  const OutageDistribution worst = DescribeOutages(outages);
  std::vector<std::string> cells = {Seconds(worst.min_ns),
                                    Seconds(worst.median_ns),
                                    Seconds(worst.p95_ns), Bound(scenario)};
  if (worst.unrecovered > 0)
    cells.push_back(fmt::format("{} not over", worst.unrecovered));
  return cells;
}

std::string Row(const ScenarioRuns& scenario, std::size_t width) {
  const auto held = std::ranges::count_if(
      scenario.runs,
      [](const RecordedRun& run) { return run.report.status == "held"; });
  std::vector<std::string> cells = {
      fmt::format("{}/{}", held, scenario.runs.size())};
  for (std::string& cell : OutageCells(scenario))
    cells.push_back(std::move(cell));
  return Line(width, scenario.name, cells);
}

}  // namespace

std::string RepetitionsTable(const std::vector<ScenarioRuns>& scenarios) {
  std::size_t width = 8;
  for (const ScenarioRuns& scenario : scenarios)
    width = std::max(width, scenario.name.size());
  std::string table =
      Line(width, "scenario", {"held", "min", "median", "p95", "bound"});
  for (const ScenarioRuns& scenario : scenarios) table += Row(scenario, width);
  return table;
}

}  // namespace faultline
