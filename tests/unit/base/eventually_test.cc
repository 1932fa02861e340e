#include "faultline/base/eventually.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Lt;

// The message of the wait that runs out.
template <typename Probe>
std::string TimeoutOf(Duration duration, Probe probe) {
  FakeClock clock;
  try {
    Eventually(clock.In(duration), "node2: leader", probe, clock);
  } catch (const TimeoutError& error) {
    return error.what();
  }
  return "no timeout";
}

TEST(Eventually, ReturnsAtOnceWithoutSleepingWhenTheConditionHolds) {
  FakeClock clock;
  Eventually(clock.In(10s), "x", [] { return true; }, clock);
  EXPECT_THAT(clock.pauses(), ElementsAre());
}

TEST(Eventually, TimeoutNamesTheConditionTheElapsedTimeAndWhatWasLastSeen) {
  EXPECT_EQ(TimeoutOf(10s,
                      [](LastSeen& seen) {
                        seen.Set("candidate");
                        return false;
                      }),
            "node2: leader: not within 10 s (last seen: candidate)");
  EXPECT_EQ(TimeoutOf(1500ms, [] { return false; }),
            "node2: leader: not within 1.5 s (last seen: nothing)");
}

TEST(Eventually, TimeoutPointsAtTheLineThatWaited) {
  FakeClock clock;
  const auto here = std::source_location::current();
  try {
    Eventually(clock.In(1s), "x", [] { return false; }, clock);
    FAIL() << "no timeout";
  } catch (const TimeoutError& error) {
    EXPECT_STREQ(error.where().file_name(), here.file_name());
    EXPECT_EQ(error.where().line(), here.line() + 2);
  }
}

TEST(Eventually, PausesGrowFromTwentyMillisecondsByHalfToAQuarterSecond) {
  FakeClock clock;
  EXPECT_THROW(
      Eventually(clock.In(2s), "x", [] { return false; }, clock), TimeoutError);
  EXPECT_THAT(clock.pauses(),
              ElementsAre(20ms, 30ms, 45ms, 67500us, 101250us, 151875us,
                          227812500ns, 250ms, 250ms, 250ms, 250ms, 250ms,
                          testing::AllOf(testing::Gt(0ms), Lt(250ms))));
}

TEST(Eventually, PausesAreNeverLongerThanAsked) {
  FakeClock clock;
  EXPECT_THROW(Eventually(
                   clock.In(10ms), "x", [] { return false; }, clock, 4ms),
               TimeoutError);
  EXPECT_THAT(clock.pauses(), ElementsAre(4ms, 4ms, 2ms));
}

TEST(Eventually, ProbesAgainAtTheDeadlineItself) {
  FakeClock clock;
  const Deadline deadline = clock.In(1s);
  const auto true_at_the_deadline = [&] {
    return clock.Now() >= deadline.at();
  };
  EXPECT_NO_THROW(Eventually(deadline, "x", true_at_the_deadline, clock));
}

TEST(Eventually, ProbesOnceEvenWhenTheDeadlineHasPassed) {
  FakeClock clock;
  const Deadline past = clock.In(0s);
  clock.Advance(5s);
  int probes = 0;
  EXPECT_NO_THROW(Eventually(past, "x", [&] { return ++probes == 1; }, clock));
  EXPECT_THROW(
      Eventually(past, "x", [] { return false; }, clock), TimeoutError);
  EXPECT_EQ(probes, 1);
}

TEST(Eventually, ReturnsTheValueOfTheFirstEngagedOptional) {
  FakeClock clock;
  int probes = 0;
  const auto third = [&]() -> std::optional<int> {
    return ++probes < 3 ? std::nullopt : std::optional(probes * 10);
  };
  EXPECT_EQ(Eventually(clock.In(10s), "x", third, clock), 30);
}

TEST(Eventually, CommandErrorsMeanNotYetAndAreKeptAsLastSeen) {
  FakeClock clock;
  int probes = 0;
  Eventually(
      clock.In(10s), "x",
      [&] {
        if (++probes < 3) throw CommandError("connection refused");
        return true;
      },
      clock);
  EXPECT_EQ(probes, 3);
  EXPECT_EQ(TimeoutOf(10s, []() -> bool { throw CommandError("refused"); }),
            "node2: leader: not within 10 s (last seen: refused)");
}

TEST(Eventually, OtherExceptionsPassThroughAtOnce) {
  FakeClock clock;
  EXPECT_THROW(
      Eventually(
          clock.In(10s), "x",
          []() -> bool { throw MachineError("qemu has died"); }, clock),
      MachineError);
  EXPECT_THAT(clock.pauses(), ElementsAre());
}

TEST(Eventually, NestedWaitsShareOneBudgetAndTheInnerMessageIsKept) {
  FakeClock clock;
  const Deadline shared = clock.In(4s);
  const TimePoint start = clock.Now();
  try {
    Eventually(
        shared, "outer",
        [&]() -> bool {
          Eventually(shared, "inner", [] { return false; }, clock);
          return true;
        },
        clock);
    FAIL() << "no timeout";
  } catch (const TimeoutError& error) {
    EXPECT_STREQ(error.what(),
                 "outer: not within 4 s (last seen: inner: not within 4 s "
                 "(last seen: nothing))");
  }
  EXPECT_EQ(clock.Now() - start, 4s);
}

}  // namespace
}  // namespace faultline
