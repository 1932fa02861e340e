#include "faultline/cli/run_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/report/run_report.h"

namespace faultline {
namespace {

double SecondsOfLastRun(const std::filesystem::path& test) {
  try {
    const RunReport report =
        ParseRunReport(ReadFile(test / "latest" / "result.json"));
    return report.status == "unfinished" ? 0 : report.seconds;
  } catch (const UsageError&) {
    return 0;
  }
}

}  // namespace

RunTime::RunTime(const std::vector<ListedTest>& tests, int jobs,
                 int repetitions, const std::filesystem::path& runs)
    : repetitions_(repetitions) {
  for (const ListedTest& test : tests) {
    // A test that wants all processors runs alone.
    tests_[test.name] = {
        .seconds = SecondsOfLastRun(runs / test.name),
        .share = static_cast<double>(std::min(test.processors, jobs)) / jobs};
  }
}

double RunTime::Average() const {
  double sum = 0;
  double known = 0;
  for (const auto& [name, test] : tests_) {
    sum += test.seconds;
    known += test.seconds > 0 ? 1 : 0;
  }
  return known > 0 ? sum / known : 0;
}

double RunTime::TypicalOf(const std::string& test) const {
  const auto found = tests_.find(test);
  if (found == tests_.end()) return 0;
  return found->second.seconds > 0 ? found->second.seconds : Average();
}

double RunTime::Rest(const std::map<std::string, bool>& ended,
                     double spent) const {
  double seconds = 0;
  for (const auto& [name, test] : tests_) {
    const auto found = ended.find(name);
    if (found == ended.end() || !found->second)
      seconds += TypicalOf(name) * test.share;
  }
  return std::max(0.0, seconds * repetitions_ - spent);
}

std::string RunTime::Expected() const {
  const std::string count = fmt::format("{} scenarios", tests_.size());
  if (Average() == 0)
    return count +
           ": 10 to 30 s each, the first ones a minute more (they make the "
           "checkpoints that the others resume)";
  return fmt::format("{}, {} by their last runs", count,
                     AboutText(Rest({}, 0)));
}

std::string AboutText(double seconds) {
  constexpr double kMinute = 60;
  return seconds < 2 * kMinute ? fmt::format("about {:.0f} s", seconds)
                               : fmt::format("about {:.0f} minutes",
                                             std::ceil(seconds / kMinute));
}

}  // namespace faultline
