#include "faultline/cli/results_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace faultline {
namespace {

using Kind = TestOutcome::Kind;

std::string OutageText(const RunReport& report) {
  if (report.acknowledged == 0) return "-";
  std::int64_t longest = 0;
  for (const Outage& outage : report.outages) {
    if (!outage.ended) return "not over";
    longest = std::max(longest, outage.length_ns());
  }
  return longest == 0
             ? "none"
             : fmt::format("{:.2f} s", static_cast<double>(longest) / 1e9);
}

struct Widths {
  std::size_t name = 8;
  std::size_t verdict = 12;
};

Widths WidthsOf(const std::vector<ScenarioResult>& results) {
  Widths widths;
  for (const ScenarioResult& result : results) {
    widths.name = std::max(widths.name, result.name.size());
    widths.verdict = std::max(widths.verdict, result.shown().size());
  }
  return widths;
}

std::string Row(const ScenarioResult& result, const Widths& widths) {
  const RecordedRun* run = result.run();
  return fmt::format(
      "{:<{}}  {:<{}}  {:>8}  {:>6}\n", result.name, widths.name,
      result.shown(), widths.verdict,
      run != nullptr ? OutageText(run->report) : "-",
      run != nullptr ? fmt::format("{:.0f} s", run->report.seconds) : "-");
}

bool EndedWell(const TestOutcome& outcome) {
  return outcome.kind == Kind::kPassed || outcome.kind == Kind::kSkipped;
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

// What the report cannot say, since it was written before.
std::string EndText(const ScenarioResult& result) {
  if (!result.outcome.reason.empty())
    return fmt::format("  ctest: {}\n", result.outcome.reason);
  const RecordedRun* run = result.run();
  const bool held = run != nullptr && run->report.status == "held";
  return held ? "  the report says held, but the program did not end well\n"
              : "";
}

std::string FailureText(const ScenarioResult& result) {
  std::string text = fmt::format("\n{}: {}\n", result.name, result.shown());
  text += EndText(result);
  const RecordedRun* run = result.run();
  if (run == nullptr) return text;
  for (const std::string& failure : run->report.failures) {
    for (const std::string& line : TellingLines(failure)) {
      text += fmt::format("  {}\n", line);
    }
  }
  return text + fmt::format("  evidence: {}\n  rerun: {}\n",
                            run->evidence.string(), run->report.rerun);
}

std::string CountLine(const std::vector<ScenarioResult>& results) {
  std::map<std::string, int> counts;
  for (const ScenarioResult& result : results) ++counts[result.status()];
  std::string line = fmt::format("{} scenarios:", results.size());
  for (const auto& [status, count] : counts) {
    line += fmt::format(" {} {}", count, status);
  }
  return line + "\n";
}

}  // namespace

const RecordedRun* ScenarioResult::run() const {
  const auto bad = std::ranges::find_if(runs, [](const RecordedRun& each) {
    return each.report.status != "held";
  });
  if (bad != runs.end()) return &*bad;
  return runs.empty() ? nullptr : &runs.back();
}

std::string ScenarioResult::status() const {
  const RecordedRun* counts = run();
  if (counts == nullptr)
    return outcome.kind == Kind::kNotRun ? "not run" : "no report";
  const std::string& recorded = counts->report.status;
  if (recorded != "held") return recorded;
  if (!EndedWell(outcome)) return "failed";
  return std::ssize(runs) < repetitions ? "no report" : recorded;
}

std::string ScenarioResult::shown() const {
  const std::string plain = status();
  return plain == "gap" && !run()->report.gap.empty()
             ? "gap: " + run()->report.gap
             : plain;
}

bool ScenarioResult::good() const {
  const std::string plain = status();
  return plain == "held" || (plain == "gap" && EndedWell(outcome));
}

bool AllGood(const std::vector<ScenarioResult>& results) {
  const auto held = [](const ScenarioResult& result) {
    return result.status() == "held";
  };
  return std::ranges::all_of(results, &ScenarioResult::good) &&
         std::ranges::any_of(results, held);
}

std::string ResultsTable(const std::vector<ScenarioResult>& results,
                         const std::filesystem::path& runs) {
  const Widths widths = WidthsOf(results);
  std::string table =
      fmt::format("\n{:<{}}  {:<{}}  {:>8}  {:>6}\n", "scenario", widths.name,
                  "verdict", widths.verdict, "outage", "time");
  for (const ScenarioResult& result : results) table += Row(result, widths);
  for (const ScenarioResult& result : results) {
    if (!result.good()) table += FailureText(result);
  }
  table += fmt::format("\nevidence: {}/<scenario>/latest\n", runs.string());
  return table + CountLine(results);
}

}  // namespace faultline
