#include "faultline/cli/results_table.h"

#include <gmock/gmock.h>

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

using Kind = TestOutcome::Kind;

// A test that ended in this way and recorded these runs.
ScenarioResult Result(Kind kind, const std::vector<RunReport>& reports) {
  ScenarioResult result{.name = "T040.S2.X", .outcome = {.kind = kind}};
  for (const RunReport& report : reports)
    result.runs.push_back({report, "runs/T040.S2.X/1"});
  return result;
}

std::string TableOf(const ScenarioResult& result) {
  return ResultsTable({result}, "runs");
}

TEST(ResultsTable, ShowsVerdictOutageAndTime) {
  const std::string table = TableOf(Result(Kind::kPassed, {Report("held")}));
  EXPECT_THAT(table, HasSubstr("T040.S2.X  held"));
  EXPECT_THAT(table, HasSubstr("2.50 s"));
  EXPECT_THAT(table, HasSubstr("12 s"));
  EXPECT_THAT(table, HasSubstr("1 scenarios: 1 held"));
  EXPECT_THAT(table, Not(HasSubstr("rerun")));
}

TEST(ResultsTable, SaysWhatFailedWhereAndHowToRunItAgain) {
  RunReport report = Report("failed");
  report.failures = {"VIOLATED no read is stale\nmore"};
  const std::string table = TableOf(Result(Kind::kFailed, {report}));
  EXPECT_THAT(table, HasSubstr("VIOLATED no read is stale\n"));
  EXPECT_THAT(table, HasSubstr("evidence: runs/T040.S2.X/1"));
  EXPECT_THAT(table, HasSubstr("rerun: GTEST_RANDOM_SEED=7 ctest"));
}

TEST(ResultsTable, AnOutageThatDidNotEndIsNotALength) {
  RunReport report = Report("failed");
  report.outages.at(0).ended = false;
  EXPECT_THAT(TableOf(Result(Kind::kFailed, {report})), HasSubstr("not over"));
}

TEST(ResultsTable, AKilledTestIsUnfinishedAndCanBeRunAgain) {
  const ScenarioResult killed = Result(Kind::kFailed, {Report("unfinished")});
  EXPECT_FALSE(killed.good());
  EXPECT_THAT(TableOf(killed), HasSubstr("rerun: GTEST_RANDOM_SEED=7 ctest"));
}

TEST(ResultsTable, SaysWhyATestDidNotRun) {
  ScenarioResult result = Result(Kind::kNotRun, {});
  result.outcome.reason = "Insufficient resources";
  EXPECT_THAT(TableOf(result), HasSubstr("1 not run"));
  EXPECT_THAT(TableOf(result), HasSubstr("ctest: Insufficient resources"));
}

TEST(ScenarioResult, IsGreenOnlyIfReportAndProgramAgree) {
  EXPECT_TRUE(Result(Kind::kPassed, {Report("held")}).good());
  EXPECT_TRUE(Result(Kind::kSkipped, {Report("gap")}).good());
  EXPECT_EQ(Result(Kind::kPassed, {}).status(), "no report");
  EXPECT_EQ(Result(Kind::kNotRun, {}).status(), "not run");
  EXPECT_EQ(Result(Kind::kFailed, {Report("held")}).status(), "failed");
  EXPECT_EQ(Result(Kind::kNotRun, {Report("held")}).status(), "failed");
  EXPECT_EQ(Result(Kind::kPassed, {Report("failed")}).status(), "failed");
  EXPECT_EQ(Result(Kind::kPassed, {Report("inconclusive")}).status(),
            "inconclusive");
}

TEST(ScenarioResult, AGapNamesWhatIsMissingAndIsRedIfAskedFor) {
  RunReport report = Report("gap");
  report.gap = "membership";
  const ScenarioResult skipped = Result(Kind::kSkipped, {report});
  EXPECT_TRUE(skipped.good());
  EXPECT_THAT(TableOf(skipped), HasSubstr("T040.S2.X  gap: membership "));
  EXPECT_THAT(TableOf(skipped), HasSubstr("1 scenarios: 1 gap"));
  const ScenarioResult strict = Result(Kind::kFailed, {report});
  EXPECT_EQ(strict.shown(), "gap: membership");
  EXPECT_FALSE(strict.good());
  EXPECT_FALSE(AllGood({strict, Result(Kind::kPassed, {Report("held")})}));
}

TEST(ScenarioResult, OfRepetitionsTheOneThatDidNotHoldCounts) {
  EXPECT_EQ(
      Result(Kind::kFailed, {Report("held"), Report("failed"), Report("held")})
          .status(),
      "failed");
  ScenarioResult too_few = Result(Kind::kPassed, {Report("held")});
  too_few.repetitions = 2;
  EXPECT_EQ(too_few.status(), "no report");
}

TEST(AllGood, NothingProvenIsNotGreen) {
  const ScenarioResult held = Result(Kind::kPassed, {Report("held")});
  const ScenarioResult gap = Result(Kind::kSkipped, {Report("gap")});
  EXPECT_TRUE(AllGood({held, gap}));
  EXPECT_FALSE(AllGood({held, Result(Kind::kPassed, {})}));
  EXPECT_FALSE(AllGood({gap}));
  EXPECT_FALSE(AllGood({}));
}

}  // namespace
}  // namespace faultline
