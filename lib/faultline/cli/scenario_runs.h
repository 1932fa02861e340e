#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "faultline/report/run_report.h"

namespace faultline {

// What one run of one scenario left behind.
struct RecordedRun {
  RunReport report;
  std::filesystem::path evidence;
};

// The runs of one scenario, oldest first.
struct ScenarioRuns {
  std::string name;
  std::vector<RecordedRun> runs = {};
};

// Those below `directory` that belong to the run `id` of `faultline`
// (RunReport::run) and left a report. What else lies there, damaged or of
// another run, is passed over.
ScenarioRuns FindRuns(const std::filesystem::path& directory,
                      const std::string& test, const std::string& id);

}  // namespace faultline
