#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "faultline/cli/junit.h"
#include "faultline/cli/scenario_runs.h"

namespace faultline {

// One scenario of a run: how ctest says that it ended, and what it recorded
// (nothing if it never started).
struct ScenarioResult {
  std::string name;
  TestOutcome outcome;
  std::vector<RecordedRun> runs = {};  // each repetition, oldest first
  int repetitions = 1;                 // how many there must be

  // The run that counts: the first that did not hold, else the last. nullptr
  // if there is none.
  const RecordedRun* run() const;
  // "held" only if the report says so and the program ended well; "gap" if the
  // report says so.
  std::string status() const;
  // As the table shows it: the status, "gap: membership" of a gap.
  std::string shown() const;
  // It held, or is a gap that is no failure: --strict makes it one.
  bool good() const;
};

// Whether the run as a whole is green: every scenario held or is a gap, and one
// of them held.
bool AllGood(const std::vector<ScenarioResult>& results);

// What held, how long each outage was, how long it took, where the evidence
// lies; then one line that counts.
std::string ResultsTable(const std::vector<ScenarioResult>& results,
                         const std::filesystem::path& runs);

}  // namespace faultline
