#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "faultline/report/run_report.h"

namespace faultline {

// One run of one test, as its directory tells it.
struct CataloguedRun {
  RunReport report;
  std::filesystem::path directory;  // relative to the catalogue's root
  bool has_timeline = false;
  // No outage may be longer, as far as it counts: from the end of a downtime
  // that it touches. Absent: nothing was promised.
  std::optional<std::int64_t> bound_ns = {};
  // The longest outage, and the most of one that counts. Absent: no load.
  std::optional<std::int64_t> outage_ns = {};
  std::optional<std::int64_t> counted_ns = {};
  bool outage_ended = true;
};

// One scenario of a run of `faultline t040`, with or without a report.
struct CataloguedScenario {
  std::string test;
  std::string status;  // "no report" and "not run", too
};

// One run of `faultline t040` (run-<id>.json): which part of the whole it was.
struct CataloguedCommand {
  std::string id;
  std::string started;
  std::string filter;
  std::string shard;
  std::int64_t seed = 0;
  bool good = false;
  double seconds = 0;
  std::vector<CataloguedScenario> scenarios = {};
};

// What a sweep found in one of its runs.
struct CataloguedFinding {
  std::int64_t seed = 0;
  std::string load;
  std::string reason;
  std::string plan;       // as it was drawn; text
  std::string smallest;   // what was left of it; empty: it was not shrunk
  std::string shrinking;  // how far, in words
  std::string rerun;
  std::filesystem::path directory = {};  // from the root; empty: unknown
  bool has_timeline = false;
};

// One run of a sweep, in a line.
struct CataloguedSweepRun {
  std::int64_t seed = 0;
  std::string load;
  std::string judgement;
  std::vector<std::string> faults = {};
  std::string reason = {};  // of what did not hold
  std::int64_t outage_ns = 0;
  double seconds = 0;
  std::filesystem::path directory = {};  // empty: it held, and is gone
  bool has_timeline = false;
};

// A sweep (sweep.json).
struct CataloguedSweep {
  std::filesystem::path directory;  // relative to the root
  std::string id;
  std::string component;
  std::string started;
  std::string shard;
  std::int64_t first_seed = 0;
  std::int64_t stride = 1;
  std::string canary;  // empty: none was planted
  bool canary_missed = false;
  int held = 0;
  int violated = 0;
  int inconclusive = 0;
  double seconds = 0;
  std::vector<CataloguedFinding> findings = {};
  std::vector<CataloguedSweepRun> runs = {};
};

// Everything that a directory of runs holds, by test and start. A value.
struct RunCatalogue {
  std::vector<CataloguedRun> runs = {};
  std::vector<CataloguedCommand> commands = {};
  std::vector<CataloguedSweep> sweeps = {};
  // What could not be read, and why: one line each. The rest is told all the
  // same.
  std::vector<std::string> problems = {};
};

// Which parts of a run or sweep that was shared among machines are not in the
// catalogue: a line each ("of the scenarios that match \"\": shards 2/4,
// 3/4"); empty if every part is there.
std::vector<std::string> MissingShards(const RunCatalogue& catalogue);

// The component that a run is of: its role; of records without one what the
// test's name says ("Harness" of those that test the harness).
std::string ComponentOf(const RunReport& report);
// What the name alone says.
std::string ComponentOfTest(const std::string& test);

// Reads `root`, a root of run directories (docs/reports.md). Throws UsageError
// if there is no such directory, or no run in it that can be read.
RunCatalogue ReadRunCatalogue(const std::filesystem::path& root);

}  // namespace faultline
