#include "faultline/cli/results_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <system_error>

#include "faultline/base/files.h"

namespace faultline {
namespace {

std::string StatusText(const ScenarioResult& result) {
  if (result.report) return result.report->status;
  return result.passed ? "held" : "no report";
}

std::string OutageText(const ScenarioResult& result) {
  if (!result.report || result.report->acknowledged == 0) return "-";
  std::int64_t longest = 0;
  for (const Outage& outage : result.report->outages) {
    if (!outage.ended) return "not over";
    longest = std::max(longest, outage.length_ns());
  }
  return longest == 0
             ? "none"
             : fmt::format("{:.2f} s", static_cast<double>(longest) / 1e9);
}

std::string TimeText(const ScenarioResult& result) {
  return result.report ? fmt::format("{:.0f} s", result.report->seconds) : "-";
}

std::string Row(const ScenarioResult& result, std::size_t width) {
  return fmt::format("{:<{}}  {:<12}  {:>8}  {:>6}\n", result.name, width,
                     StatusText(result), OutageText(result), TimeText(result));
}

constexpr std::size_t kShownLines = 5;

// The lines that tell most: the verdict and its evidence if there is one, else
// how the failure begins.
std::vector<std::string> TellingLines(const std::string& failure) {
  std::vector<std::string> lines;
  std::istringstream text(failure);
  for (std::string line; std::getline(text, line);) {
    const bool verdict =
        line.starts_with("VIOLATED ") || line.starts_with("INCONCLUSIVE ");
    if (verdict) lines.clear();
    if (lines.size() < kShownLines || verdict) lines.push_back(line);
  }
  return lines;
}

std::string FailureText(const ScenarioResult& result) {
  std::string text = fmt::format("\n{}: {}\n", result.name, StatusText(result));
  if (!result.report) return text;
  for (const std::string& failure : result.report->failures) {
    for (const std::string& line : TellingLines(failure)) {
      text += fmt::format("  {}\n", line);
    }
  }
  return text + fmt::format("  evidence: {}\n  rerun: {}\n",
                            result.evidence.string(), result.report->rerun);
}

std::string CountLine(const std::vector<ScenarioResult>& results) {
  std::map<std::string, int> counts;
  for (const ScenarioResult& result : results) ++counts[StatusText(result)];
  std::string line = fmt::format("{} scenarios:", results.size());
  for (const auto& [status, count] : counts) {
    line += fmt::format(" {} {}", count, status);
  }
  return line + "\n";
}

}  // namespace

ScenarioResult FindResult(const std::filesystem::path& runs,
                          const std::string& test, const std::string& started,
                          bool passed) {
  ScenarioResult result{.name = test, .passed = passed};
  std::error_code ignored;
  const auto latest =
      std::filesystem::canonical(runs / test / "latest", ignored);
  if (!std::filesystem::exists(latest / "result.json", ignored)) return result;
  RunReport report = ParseRunReport(ReadFile(latest / "result.json"));
  if (report.started < started) return result;
  result.report = std::move(report);
  result.evidence = latest;
  return result;
}

std::string ResultsTable(const std::vector<ScenarioResult>& results,
                         const std::filesystem::path& runs) {
  std::size_t width = 8;
  for (const ScenarioResult& result : results) {
    width = std::max(width, result.name.size());
  }
  std::string table =
      fmt::format("\n{:<{}}  {:<12}  {:>8}  {:>6}\n", "scenario", width,
                  "verdict", "outage", "time");
  for (const ScenarioResult& result : results) table += Row(result, width);
  for (const ScenarioResult& result : results) {
    if (!result.passed) table += FailureText(result);
  }
  table += fmt::format("\nevidence: {}/<scenario>/latest\n", runs.string());
  return table + CountLine(results);
}

}  // namespace faultline
