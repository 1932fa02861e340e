#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "faultline/cli/results_table.h"
#include "faultline/cli/shard.h"

namespace faultline {

// One run of `faultline t040`: which scenarios, in which part of the whole, and
// where their evidence lies. Runs of several machines can be laid together:
// their ids differ.
struct RunRecord {
  std::string id;
  std::string started;  // UTC, ISO 8601
  std::string filter;
  Shard shard;
  int seed = 0;  // 0: each test drew its own
  double seconds = 0;
  bool good = false;
  std::vector<ScenarioResult> results = {};
};

// A name that no other run has, on any machine: "20261123T201500Z-4242-1f3a".
std::string MakeRunId();

// Now, in UTC: "2026-11-23T20:15:00Z".
std::string UtcNow();

// Writes it as run-<id>.json into `runs`, and for CI as JUnit XML
// (run-<id>.xml); evidence is named relative to there, so the directory may be
// moved. Throws UsageError (disk full: says so).
void WriteRunRecord(const RunRecord& record, const std::filesystem::path& runs);

}  // namespace faultline
