#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "faultline/report/run_report.h"

namespace faultline {

// One scenario of a run as the table shows it. `report` is absent if the test
// left none (it was killed, or never started).
struct ScenarioResult {
  std::string name;
  bool passed = false;
  std::optional<RunReport> report = std::nullopt;
  std::filesystem::path evidence = {};
};

// The newest run of `test` below `runs` that began at `started` (UTC, ISO 8601)
// or later.
ScenarioResult FindResult(const std::filesystem::path& runs,
                          const std::string& test, const std::string& started,
                          bool passed);

// What held, how long each outage was, how long it took, where the evidence
// lies; then one line that counts.
std::string ResultsTable(const std::vector<ScenarioResult>& results,
                         const std::filesystem::path& runs);

}  // namespace faultline
