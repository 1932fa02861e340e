#include "faultline/cli/results_table.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::Not;

RunReport Report(const std::string& status) {
  return {.test = "T040.S2.X",
          .status = status,
          .seed = 7,
          .rerun = "GTEST_RANDOM_SEED=7 ctest",
          .seconds = 12,
          .started = "2026-11-23T21:00:00Z",
          .verdicts = {},
          .outages = {{.begin_ns = 0, .end_ns = 2'500'000'000, .ended = true}},
          .acknowledged = 10,
          .facts = {},
          .failures = {}};
}

std::string TableOf(const ScenarioResult& result) {
  return ResultsTable({result}, "runs");
}

TEST(ResultsTable, ShowsVerdictOutageAndTime) {
  const std::string table =
      TableOf({.name = "T040.S2.X", .passed = true, .report = Report("held")});
  EXPECT_THAT(table, HasSubstr("T040.S2.X  held"));
  EXPECT_THAT(table, HasSubstr("2.50 s"));
  EXPECT_THAT(table, HasSubstr("12 s"));
  EXPECT_THAT(table, HasSubstr("1 scenarios: 1 held"));
  EXPECT_THAT(table, Not(HasSubstr("rerun")));
}

TEST(ResultsTable, SaysWhatFailedWhereAndHowToRunItAgain) {
  RunReport report = Report("failed");
  report.failures = {"VIOLATED no read is stale\nmore"};
  const std::string table = TableOf({.name = "T040.S2.X",
                                     .passed = false,
                                     .report = report,
                                     .evidence = "runs/T040.S2.X/1"});
  EXPECT_THAT(table, HasSubstr("VIOLATED no read is stale\n"));
  EXPECT_THAT(table, HasSubstr("evidence: runs/T040.S2.X/1"));
  EXPECT_THAT(table, HasSubstr("rerun: GTEST_RANDOM_SEED=7 ctest"));
}

TEST(ResultsTable, AnOutageThatDidNotEndIsNotALength) {
  RunReport report = Report("failed");
  report.outages.at(0).ended = false;
  EXPECT_THAT(TableOf({.name = "T040.S2.X", .passed = false, .report = report}),
              HasSubstr("not over"));
}

TEST(ResultsTable, AKilledTestHasNoReport) {
  EXPECT_THAT(TableOf({.name = "T040.S2.X", .passed = false}),
              HasSubstr("no report"));
}

TEST(FindResult, TakesTheLatestRunButNoneFromBeforeTheStart) {
  const ScratchDirectory runs;
  const auto run = runs.path() / "T040.S2.X" / "20261123T210000Z-1";
  std::filesystem::create_directories(run);
  std::filesystem::create_symlink(run.filename(), run.parent_path() / "latest");
  WriteFileAtomically(run / "result.json", ToJson(Report("held")));

  const auto find = [&](const std::string& started) {
    return FindResult(runs.path(), "T040.S2.X", started, true).report;
  };
  EXPECT_TRUE(find("2026-11-23T20:59:59Z").has_value());
  EXPECT_FALSE(find("2026-11-23T21:00:01Z").has_value());
  EXPECT_FALSE(FindResult(runs.path(), "T040.S2.Y", "", true).report);
}

}  // namespace
}  // namespace faultline
