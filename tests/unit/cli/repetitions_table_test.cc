#include "faultline/cli/repetitions_table.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

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
    runs.reports.push_back(Report("held", outage_ns));
  const std::string table = RepetitionsTable({runs});
  EXPECT_THAT(table, HasSubstr("3/3    0.00 s    1.50 s    2.00 s    12.5 s"));
  EXPECT_THAT(table, Not(HasSubstr("not over")));
}

TEST(RepetitionsTable, WhatDidNotHoldOrRecoverIsSeen) {
  ScenarioRuns runs{.name = "T040.S2.X"};
  runs.reports = {Report("held", 7), Report("failed", 9)};
  runs.reports.back().outages.back().ended = false;
  const std::string table = RepetitionsTable({runs});
  EXPECT_THAT(table, HasSubstr("1/2"));
  EXPECT_THAT(table, HasSubstr("1 not over"));
}

TEST(RepetitionsTable, NoLoadMeansNoOutageAtAll) {
  ScenarioRuns runs{.name = "T040.S1.X"};
  runs.reports = {Report("held", 0)};
  runs.reports.back().acknowledged = 0;
  EXPECT_THAT(RepetitionsTable({runs}), Not(HasSubstr("0.00 s")));
}

TEST(FindRuns, TakesEveryRunThatBeganInTime) {
  const ScratchDirectory runs;
  for (const std::string run : {"1", "2", "3"}) {
    RunReport report = Report("held", 1);
    report.started = "2026-11-23T21:00:0" + run + "Z";
    const auto directory = runs.path() / "T040.S2.X" / run;
    std::filesystem::create_directories(directory);
    WriteFileAtomically(directory / "result.json", ToJson(report));
  }
  std::filesystem::create_symlink("3", runs.path() / "T040.S2.X" / "latest");
  const auto find = [&](const std::string& test) {
    return FindRuns(runs.path(), test, "2026-11-23T21:00:02Z").reports;
  };
  EXPECT_THAT(find("T040.S2.X"), SizeIs(2));
  EXPECT_THAT(find("T040.S2.Y"), SizeIs(0));
}

}  // namespace
}  // namespace faultline
