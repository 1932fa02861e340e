#include "faultline/base/deadline.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Gt;
using testing::Le;

TEST(Deadline, RemainingIsNeverNegative) {
  const Deadline past = Deadline::After(-5s);
  EXPECT_EQ(past.Remaining(), 0s);
  EXPECT_EQ(past.RemainingMilliseconds(), 0);
  EXPECT_TRUE(past.Expired());
}

TEST(Deadline, RemainingShrinksTowardsThePoint) {
  const Deadline deadline = Deadline::After(60s);
  EXPECT_THAT(deadline.Remaining(), AllOf(Gt(30s), Le(60s)));
  EXPECT_THAT(deadline.RemainingMilliseconds(), AllOf(Gt(30'000), Le(60'000)));
  EXPECT_FALSE(deadline.Expired());
}

TEST(Deadline, AFarDeadlineStillFitsPoll) {
  EXPECT_EQ(Deadline(TimePoint::max()).RemainingMilliseconds(), 86'400'000);
}

TEST(Deadline, CappedTakesTheEarlierOfTheTwo) {
  const Deadline deadline = Deadline::After(60s);
  EXPECT_EQ(deadline.Capped(1h).at(), deadline.at());
  EXPECT_EQ(deadline.Capped(Duration::max()).at(), deadline.at());
  EXPECT_THAT(deadline.Capped(2s).Remaining(), AllOf(Gt(0s), Le(2s)));
}

TEST(Deadline, DurationsReadLikeText) {
  EXPECT_EQ(ToText(10s), "10 s");
  EXPECT_EQ(ToText(1500ms), "1.5 s");
  EXPECT_EQ(ToText(10'004ms), "10 s");
  EXPECT_EQ(ToText(999'600us), "1 s");
  EXPECT_EQ(ToText(90s), "90 s");
  EXPECT_EQ(ToText(20ms), "20 ms");
  EXPECT_EQ(ToText(150us), "150 us");
  EXPECT_EQ(ToText(0s), "0 ms");
}

class TimeScaleTest : public testing::Test {
 protected:
  void SetUp() override { TearDown(); }
  void TearDown() override {
    ::unsetenv("FAULTLINE_TIME_SCALE");
    SetTimeScale(1);
  }
  static void SetVariable(const char* value) {
    ::setenv("FAULTLINE_TIME_SCALE", value, 1);
  }
};

TEST_F(TimeScaleTest, WithinMultipliesByTheMeasuredScale) {
  EXPECT_THAT(Within(60s).Remaining(), AllOf(Gt(30s), Le(60s)));
  SetTimeScale(3);
  EXPECT_THAT(Within(60s).Remaining(), AllOf(Gt(150s), Le(180s)));
}

TEST_F(TimeScaleTest, IsNeverBelowOne) {
  SetTimeScale(0.25);
  EXPECT_EQ(TimeScale(), 1);
}

TEST_F(TimeScaleTest, TheVariableOverridesTheMeasuredScale) {
  SetTimeScale(3);
  SetVariable("1.5");
  EXPECT_EQ(TimeScale(), 1.5);
  SetVariable("");
  EXPECT_EQ(TimeScale(), 3);
}

TEST_F(TimeScaleTest, AnUnusableVariableIsAUsageErrorThatShowsIt) {
  for (const char* text : {"0.5", "fast", "2x", "-1", "nan", "inf", " 2"}) {
    SetVariable(text);
    try {
      TimeScale();
      FAIL() << text << " was taken";
    } catch (const UsageError& error) {
      EXPECT_EQ(error.what(), "FAULTLINE_TIME_SCALE=" + std::string(text) +
                                  ": must be a number of at least 1");
    }
  }
}

}  // namespace
}  // namespace faultline
