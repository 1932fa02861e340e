#include "faultline/cli/run_time.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "faultline/report/run_report.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::StartsWith;

class RunTimeTest : public testing::Test {
 protected:
  void Took(const std::string& test, double seconds,
            const std::string& status = "held") {
    RunReport report;
    report.test = test;
    report.status = status;
    report.seconds = seconds;
    const auto run = place_.path() / test / "latest";
    std::filesystem::create_directories(run);
    WriteFileAtomically(run / "result.json", ToJson(report));
  }

  RunTime Of(int jobs, int repetitions = 1) const {
    return RunTime({{.name = "A", .processors = 2},
                    {.name = "B", .processors = 1},
                    {.name = "C", .processors = 1}},
                   jobs, repetitions, place_.path());
  }

  const ScratchDirectory place_;
};

TEST_F(RunTimeTest, WithoutAnEarlierRunNobodyKnows) {
  EXPECT_THAT(Of(1).Expected(), StartsWith("3 scenarios: 10 to 30 s each"));
  EXPECT_EQ(Of(1).Rest({}, 0), 0);
  Took("A", 10, "unfinished");
  EXPECT_EQ(Of(1).Rest({}, 0), 0);
}

TEST_F(RunTimeTest, ATestThatNeverRanTakesTheAverage) {
  Took("A", 40);
  Took("B", 20);
  EXPECT_EQ(Of(1).TypicalOf("C"), 30);
  EXPECT_EQ(Of(1).Expected(), "3 scenarios, about 90 s by their last runs");
  EXPECT_EQ(Of(1, 2).Rest({}, 0), 180);
}

TEST_F(RunTimeTest, WhatEndedAndWhatWasSpentIsNotToCome) {
  Took("A", 40);
  Took("B", 20);
  Took("C", 20);
  EXPECT_EQ(Of(2).Rest({}, 0), 60);  // A alone, B beside C
  EXPECT_EQ(Of(2).Rest({{"A", true}}, 5), 15);
  EXPECT_EQ(Of(2).Rest({{"A", true}}, 500), 0);
}

}  // namespace
}  // namespace faultline
