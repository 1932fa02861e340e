#include "faultline/cli/junit_report.h"

#include <gmock/gmock.h>

#include "faultline/cli/junit.h"
#include "faultline/cli/run_record.h"

namespace faultline {
namespace {

using Kind = TestOutcome::Kind;
using testing::HasSubstr;
using testing::Not;

ScenarioResult Result(const std::string& name, Kind kind,
                      const std::string& status) {
  RunReport report;
  report.test = name;
  report.status = status;
  report.rerun = "ctest -R x";
  report.seconds = 2;
  return {
      .name = name, .outcome = {.kind = kind}, .runs = {{report, "runs/x/1"}}};
}

std::string XmlOf(const std::vector<ScenarioResult>& results) {
  RunRecord record;
  record.started = "2026-11-23T20:15:00Z";
  record.results = results;
  return ToJunit(record);
}

TEST(ToJunit, AGapSaysWhatIsMissing) {
  ScenarioResult gap = Result("T040.S2.X.Y", Kind::kSkipped, "gap");
  gap.runs.front().report.gap = "membership";
  gap.runs.front().report.facts["gap"] = "gap: membership: Y needs it";
  EXPECT_THAT(XmlOf({gap}),
              HasSubstr("<skipped message=\"gap: membership: Y needs it\"/>"));
  gap.outcome.kind = Kind::kFailed;  // --strict
  EXPECT_THAT(XmlOf({gap}), HasSubstr("<failure type=\"gap\" message=\"gap: "
                                      "membership: Y needs it\">"));
}

TEST(ToJunit, TellsWhatFailedFromWhatTheHarnessCouldNotSay) {
  const std::string xml =
      XmlOf({Result("T040.S2.X.A", Kind::kPassed, "held"),
             Result("T040.S2.X.B", Kind::kFailed, "failed"),
             Result("T040.S2.X.C", Kind::kFailed, "broken"),
             Result("T040.S2.X.D", Kind::kFailed, "unfinished")});
  EXPECT_THAT(xml, HasSubstr("tests=\"4\" failures=\"1\" errors=\"2\""));
  EXPECT_THAT(xml, HasSubstr("classname=\"T040.S2.X\" name=\"B\""));
  EXPECT_THAT(xml, HasSubstr("rerun: ctest -R x"));
}

TEST(ToJunit, WhatAGuestPrintedEndsNoTag) {
  ScenarioResult failed = Result("T040.S2.X.Y", Kind::kFailed, "failed");
  failed.runs.front().report.failures = {"</failure>\x1b[31m\xff\""};
  const std::string xml = XmlOf({failed});
  EXPECT_THAT(xml, HasSubstr("&lt;/failure&gt;"));
  EXPECT_THAT(xml, Not(HasSubstr("\x1b")));
  EXPECT_EQ(ParseJunit(xml).size(), 1U);
}

}  // namespace
}  // namespace faultline
