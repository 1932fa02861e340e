#include "faultline/cli/junit.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using Kind = TestOutcome::Kind;

// As CMake 3.25 writes it.
constexpr char kJunit[] = R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)" tests="5" failures="1" time="1">
	<testcase name="T.a/0&lt;&amp;" classname="T.a/0" time="0.5" status="run">
		<system-out>&lt;testcase name="hidden" status="run"&gt;&lt;skipped message="SKIP_"/&gt;
</system-out>
	</testcase>
	<testcase name="T.fail" classname="T.fail" time="0.004" status="fail">
		<failure message=""/>
		<system-out></system-out>
	</testcase>
	<testcase name="T.skip" classname="T.skip" time="0.003" status="notrun">
		<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
	</testcase>
	<testcase name="T.poor" classname="T.poor" time="0" status="notrun">
		<skipped message="Insufficient resources"/>
	</testcase>
	<testcase name="T.off" classname="T.off" time="0" status="disabled">
	</testcase>
</testsuite>
)xml";

TEST(ParseJunit, TellsPassedFailedSkippedAndNotRun) {
  const auto outcomes = ParseJunit(kJunit);
  ASSERT_EQ(outcomes.size(), 5U);
  EXPECT_EQ(outcomes.at("T.a/0<&").kind, Kind::kPassed);
  EXPECT_EQ(outcomes.at("T.a/0<&").seconds, 0.5);
  EXPECT_EQ(outcomes.at("T.fail").kind, Kind::kFailed);
  EXPECT_EQ(outcomes.at("T.skip").kind, Kind::kSkipped);
  EXPECT_EQ(outcomes.at("T.poor").kind, Kind::kNotRun);
  EXPECT_EQ(outcomes.at("T.poor").reason, "Insufficient resources");
  EXPECT_EQ(outcomes.at("T.off").kind, Kind::kNotRun);
}

TEST(ParseJunit, RefusesWhatIsCutOff) {
  const std::string whole = kJunit;
  EXPECT_THROW(ParseJunit(whole.substr(0, whole.size() - 14)), UsageError);
  EXPECT_THROW(ParseJunit(""), UsageError);
}

}  // namespace
}  // namespace faultline
