#include "faultline/cli/run_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/report/run_report.h"

namespace faultline {
namespace {

std::optional<double> SecondsOfLastRun(const std::filesystem::path& test) {
  try {
    const RunReport report =
        ParseRunReport(ReadFile(test / "latest" / "result.json"));
    if (report.status != "unfinished") return report.seconds;
    return std::nullopt;
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

std::string About(double seconds) {
  constexpr double kMinute = 60;
  return seconds < 2 * kMinute ? fmt::format("about {:.0f} s", seconds)
                               : fmt::format("about {:.0f} minutes",
                                             std::ceil(seconds / kMinute));
}

}  // namespace

std::string ExpectedTime(const std::vector<ListedTest>& tests, int jobs,
                         int repetitions, const std::filesystem::path& runs) {
  double seconds = 0;
  std::size_t known = 0;
  for (const ListedTest& test : tests) {
    const auto took = SecondsOfLastRun(runs / test.name);
    if (!took) continue;
    ++known;
    // A test that wants all processors runs alone.
    seconds += *took * std::min(test.processors, jobs) / jobs;
  }
  const std::string count = fmt::format("{} scenarios", tests.size());
  if (known == 0)
    return count +
           ": 10 to 30 s each, the first ones a minute more (they make the "
           "checkpoints that the others resume)";
  const double all = seconds * static_cast<double>(tests.size()) /
                     static_cast<double>(known) * repetitions;
  return fmt::format("{}, {} by their last runs", count, About(all));
}

}  // namespace faultline
