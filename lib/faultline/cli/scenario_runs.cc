#include "faultline/cli/scenario_runs.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "faultline/base/error.h"
#include "faultline/base/files.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

std::optional<RunReport> ReadReport(const fs::path& file) {
  std::error_code none;
  if (!fs::exists(file, none)) return std::nullopt;
  try {
    return ParseRunReport(ReadFile(file));
  } catch (const UsageError&) {
    return std::nullopt;
  }
}

}  // namespace

ScenarioRuns FindRuns(const fs::path& directory, const std::string& test,
                      const std::string& id) {
  ScenarioRuns found{.name = test};
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory / test, none)) {
    if (entry.is_symlink(none)) continue;
    auto report = ReadReport(entry.path() / "result.json");
    if (report && report->run == id)
      found.runs.push_back({std::move(*report), entry.path()});
  }
  std::ranges::sort(found.runs, {}, [](const RecordedRun& run) {
    return std::tie(run.report.started, run.evidence);
  });
  return found;
}

}  // namespace faultline
