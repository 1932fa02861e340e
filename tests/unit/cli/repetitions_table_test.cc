#include "faultline/cli/repetitions_table.h"

#include <gmock/gmock.h>

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::Not;

RunReport Report(const std::string& status, std::int64_t outage_ns) {
  RunReport report{.test = "T040.S2.X",
                   .status = status,
                   .rerun = "",
                   .started = "2026-11-23T21:00:00Z",
                   .verdicts = {},
                   .outages = {},
                   .acknowledged = 10,
                   .facts = {{kOutageBoundFact, "12.5 s"}},
                   .failures = {}};
  if (outage_ns > 0)
    report.outages = {{.begin_ns = 5, .end_ns = outage_ns + 5, .ended = true}};
  return report;
}

TEST(RepetitionsTable, CountsWhatHeldAndDescribesTheWorstOutages) {
  ScenarioRuns runs{.name = "T040.S2.X"};
  for (const std::int64_t outage_ns : {0, 2'000'000'000, 1'500'000'000})
    runs.runs.push_back({Report("held", outage_ns), ""});
  const std::string table = RepetitionsTable({runs});
  EXPECT_THAT(table, HasSubstr("3/3    0.00 s    1.50 s    2.00 s    12.5 s"));
  EXPECT_THAT(table, Not(HasSubstr("not over")));
}

TEST(RepetitionsTable, WhatDidNotHoldOrRecoverIsSeen) {
  ScenarioRuns runs{.name = "T040.S2.X"};
  runs.runs = {{Report("held", 7), ""}, {Report("failed", 9), ""}};
  runs.runs.back().report.outages.back().ended = false;
  const std::string table = RepetitionsTable({runs});
  EXPECT_THAT(table, HasSubstr("1/2"));
  EXPECT_THAT(table, HasSubstr("1 not over"));
}

TEST(RepetitionsTable, NoLoadMeansNoOutageAtAll) {
  ScenarioRuns runs{.name = "T040.S1.X"};
  runs.runs = {{Report("held", 0), ""}};
  runs.runs.back().report.acknowledged = 0;
  EXPECT_THAT(RepetitionsTable({runs}), Not(HasSubstr("0.00 s")));
}

}  // namespace
}  // namespace faultline
