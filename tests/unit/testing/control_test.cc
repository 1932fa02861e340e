#include "faultline/testing/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Verdict = ControlRun::Verdict;

Control Stale() {
  Control control{.name = "stale",
                  .broken = "serializable",
                  .safe = "linearizable",
                  .property = "linearizability"};
  control.schedule.faults.resize(1);
  return control;
}

// Breaks as a service does: only with the broken setting, and only by a fault.
ControlRun Service(const Control& control, const std::string& setting) {
  if (setting != control.broken || control.schedule.faults.empty())
    return {.verdict = Verdict::kHeld};
  return {.verdict = Verdict::kViolated,
          .contradicting = {"write 2", "read 1"}};
}

TEST(ControlTest, PassesIfTheBrokenHalfIsCaughtAndTheTwinHolds) {
  const ControlResult result = RunControl(Stale(), Service);
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.caught, 10);
  EXPECT_EQ(result.held, 10);
}

TEST(ControlTest, FailsWithTheFaultTurnedOff) {
  Control control = Stale();
  control.schedule.faults.clear();
  EXPECT_THAT(RunControl(control, Service).problems,
              ElementsAre(HasSubstr("violated in 0 of 10 runs")));
}

TEST(ControlTest, FailsIfTheTwinIsViolatedOnce) {
  int twins = 0;
  const auto bench = [&](const Control& control, const std::string& setting) {
    if (setting == control.safe && ++twins == 7)
      return ControlRun{Verdict::kViolated, {"read 1"}};
    return Service(control, setting);
  };
  EXPECT_THAT(RunControl(Stale(), bench).problems,
              ElementsAre(HasSubstr("held in 9 of 10 runs")));
}

TEST(ControlTest, InconclusiveRunsCountForNeitherHalf) {
  const auto bench = [](const Control&, const std::string&) {
    return ControlRun();
  };
  EXPECT_THAT(RunControl(Stale(), bench).problems,
              ElementsAre(HasSubstr("violated in 0 of 10"),
                          HasSubstr("held in 0 of 10")));
}

TEST(ControlTest, AViolationWithoutAnOperationIsNotCaught) {
  Control control = Stale();
  control.required = control.runs = 1;
  const auto bench = [](const Control& what, const std::string& setting) {
    ControlRun run = Service(what, setting);
    run.contradicting.clear();
    return run;
  };
  EXPECT_THAT(RunControl(control, bench).problems,
              ElementsAre(HasSubstr("no operation is named"),
                          HasSubstr("violated in 0 of 1 runs")));
}

TEST(ControlTest, OneMissIsAllowedTwoAreNot) {
  for (const int misses : {1, 2}) {
    int left = misses;
    const auto bench = [&](const Control& control, const std::string& setting) {
      if (setting == control.broken && left-- > 0)
        return ControlRun{Verdict::kHeld, {}};
      return Service(control, setting);
    };
    EXPECT_EQ(RunControl(Stale(), bench).passed(), misses == 1);
  }
}

TEST(ControlTest, RefusesAControlThatCouldNotFail) {
  Control same = Stale();
  same.safe = same.broken;
  EXPECT_THROW(RunControl(same, Service), UsageError);
  Control none = Stale();
  none.required = 0;
  EXPECT_THROW(RunControl(none, Service), UsageError);
}

}  // namespace
}  // namespace faultline
