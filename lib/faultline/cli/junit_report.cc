#include "faultline/cli/junit_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/cli/run_record.h"
#include "faultline/report/markup.h"

namespace faultline {
namespace {

// As CI shows it: the name up to the last dot is its class.
std::string NameAttributes(const std::string& test) {
  const std::size_t dot = test.rfind('.');
  if (dot == std::string::npos)
    return fmt::format("classname=\"T040\" name=\"{}\"", EscapeMarkup(test));
  return fmt::format("classname=\"{}\" name=\"{}\"",
                     EscapeMarkup(test.substr(0, dot)),
                     EscapeMarkup(test.substr(dot + 1)));
}

std::string DetailsOf(const ScenarioResult& result) {
  std::string details = result.outcome.reason;
  const RecordedRun* run = result.run();
  if (run == nullptr) return details;
  for (const std::string& failure : run->report.failures)
    details += failure + "\n";
  return details + fmt::format("evidence: {}\nrerun: {}\n",
                               run->evidence.string(), run->report.rerun);
}

std::string MessageOf(const ScenarioResult& result) {
  const RecordedRun* run = result.run();
  if (result.status() != "gap" || run == nullptr) return result.shown();
  const auto reason = run->report.facts.find("gap");
  return reason != run->report.facts.end() ? reason->second : result.shown();
}

enum class Sort { kHeld, kSkipped, kFailure, kError };

Sort SortOf(const ScenarioResult& result) {
  const std::string status = result.status();
  if (status == "held") return Sort::kHeld;
  if (status == "gap") return result.good() ? Sort::kSkipped : Sort::kFailure;
  return status == "failed" || status == "inconclusive" ? Sort::kFailure
                                                        : Sort::kError;
}

std::string Element(const ScenarioResult& result) {
  const std::string message = EscapeMarkup(MessageOf(result));
  const std::string details = EscapeMarkup(DetailsOf(result));
  switch (SortOf(result)) {
    case Sort::kHeld:
      return "";
    case Sort::kSkipped:
      return fmt::format("      <skipped message=\"{}\"/>\n", message);
    case Sort::kFailure:
      return fmt::format(
          "      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
          EscapeMarkup(result.status()), message, details);
    case Sort::kError:
      break;
  }
  return fmt::format("      <error type=\"{}\" message=\"{}\">{}</error>\n",
                     EscapeMarkup(result.status()), message, details);
}

std::string TestCase(const ScenarioResult& result) {
  const RecordedRun* run = result.run();
  const double seconds =
      run != nullptr ? run->report.seconds : result.outcome.seconds;
  return fmt::format("    <testcase {} time=\"{:.3f}\">\n{}    </testcase>\n",
                     NameAttributes(result.name), seconds, Element(result));
}

}  // namespace

std::string ToJunit(const RunRecord& record) {
  const auto count = [&](Sort sort) {
    return std::ranges::count(record.results, sort, SortOf);
  };
  const std::string counts = fmt::format(
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{:.3f}\"",
      record.results.size(), count(Sort::kFailure), count(Sort::kError),
      count(Sort::kSkipped), record.seconds);
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n"
      "  <testsuite name=\"T040 {}\" timestamp=\"{}\" {}>\n",
      counts, EscapeMarkup(record.id), EscapeMarkup(record.started), counts);
  for (const ScenarioResult& result : record.results) xml += TestCase(result);
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace faultline
