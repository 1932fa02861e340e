#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/evidence/outage.h"
#include "faultline/evidence/verdict.h"

namespace faultline {

// The fact that says how long an outage after the loss of a leader may take.
inline constexpr char kOutageBoundFact[] = "outage bound";

// What one test run found, written as `result.json` into its run directory and
// read again by `faultline t040`. A value.
struct RunReport {
  std::string test;    // the full ctest name
  std::string status;  // "held", "failed", "broken", "inconclusive", "gap";
                       // "unfinished" until the test's end
  int seed = 0;
  std::string rerun;  // the line that runs it again with this seed
  double seconds = 0;
  std::string started;    // UTC, ISO 8601
  std::string run = {};   // FAULTLINE_RUN_ID: the run of `faultline` it is of
  std::string role = {};  // whose scenario it is ("ChainFire"); empty: nobody's
  std::string gap = {};   // of the status "gap": the capability that is missing
  std::vector<Verdict> verdicts;
  std::vector<Outage> outages;
  std::int64_t acknowledged = 0;
  std::map<std::string, std::string> facts;  // versions, settings, machine
  std::vector<std::string> failures;         // first lines, in order
};

std::string ToJson(const RunReport& report);
// Throws UsageError naming what is wrong with the text.
RunReport ParseRunReport(const std::string& json);

}  // namespace faultline
