#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "faultline/report/run_report.h"

namespace faultline {

// The runs of one scenario, oldest first.
struct ScenarioRuns {
  std::string name;
  std::vector<RunReport> reports = {};
};

// Those below `runs` that began at `started` (UTC, ISO 8601) or later and left
// a report.
ScenarioRuns FindRuns(const std::filesystem::path& runs,
                      const std::string& test, const std::string& started);

// How many held, how long the worst outage of each was (least, median, 95th
// percentile), and the bound that its store derives from its settings.
std::string RepetitionsTable(const std::vector<ScenarioRuns>& scenarios);

}  // namespace faultline
