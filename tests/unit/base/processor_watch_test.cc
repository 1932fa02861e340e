#include "faultline/base/processor_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;

TimePoint Now() { return std::chrono::steady_clock::now(); }

// Two processes, of which the first waits for a second from one look to the
// next as long as `starved` holds, and runs otherwise; the second never waits.
class Machines {
 public:
  std::map<pid_t, ProcessorUse> Look() {
    (starved ? first_.waited : first_.ran) += 1s;
    second_.ran += 1s;
    ++looks_;
    return {{1, {{1, first_}}}, {2, {{2, second_}}}};
  }
  void AwaitLooks(int count) const {
    const int before = looks_;
    Eventually(Deadline::After(20s), "looks",
               [&] { return looks_ >= before + count; });
  }

  std::atomic<bool> starved = true;

 private:
  std::atomic<int> looks_ = 0;
  ProcessorShare first_;
  ProcessorShare second_;
};

// What a run waited for a processor at first says nothing of a later outage.
TEST(ProcessorWatches, TellAnIntervalFromAnother) {
  Machines machines;
  const ProcessorWatch watch([&] { return machines.Look(); }, 1ms);
  const TimePoint began = Now();
  machines.AwaitLooks(20);
  const TimePoint starved_until = Now();
  machines.starved = false;
  machines.AwaitLooks(2);  // what was begun before is over
  const TimePoint calm_from = Now();
  machines.AwaitLooks(2);
  EXPECT_GT(watch.LongestWait(began, starved_until).value_or(0), 0.8);
  EXPECT_EQ(watch.LongestWait(calm_from, Now()), 0);
}

TEST(ProcessorWatches, DoNotCountWhatHardlyWantedAProcessor) {
  std::atomic<int> looks = 0;
  const ProcessorWatch watch(
      [&] {
        ++looks;
        const ProcessorShare idle{.ran = 0s, .waited = 1ns * looks.load()};
        return std::map<pid_t, ProcessorUse>{{1, {{1, idle}}}};
      },
      1ms);
  const TimePoint began = Now();
  Eventually(Deadline::After(20s), "looks", [&] { return looks > 3; });
  EXPECT_EQ(watch.LongestWait(began, Now()), 0);
}

// A machine that is started again is another process, with counts of its own.
TEST(ProcessorWatches, FollowAProcessThatTakesThePlaceOfAnother) {
  std::atomic<int> looks = 0;
  const ProcessorWatch watch(
      [&] {
        const ProcessorShare waits{.ran = 0s, .waited = 1h};
        const ProcessorShare runs{.ran = 2h, .waited = 0s};
        return ++looks == 1 ? std::map<pid_t, ProcessorUse>{{1, {{1, waits}}}}
                            : std::map<pid_t, ProcessorUse>{{2, {{2, runs}}}};
      },
      1ms);
  const TimePoint began = Now();
  Eventually(Deadline::After(20s), "looks", [&] { return looks > 3; });
  EXPECT_EQ(watch.LongestWait(began, Now()), 0);
}

TEST(ProcessorWatches, SayNothingOfWhatTheyDidNotSee) {
  const ProcessorWatch watch([] { return std::map<pid_t, ProcessorUse>{}; },
                             10ms);
  EXPECT_EQ(watch.LongestWait(Now() + 1h, Now() + 2h), std::nullopt);
  EXPECT_EQ(watch.LongestWait(Now() - 2h, Now() - 1h), std::nullopt);
}

TEST(ProcessorUses, AreThoseOfThisProcess) {
  const auto before = ProcessorUseOf(::getpid());
  ASSERT_TRUE(before.has_value());
  Eventually(Deadline::After(20s), "this process has run", [&] {
    return Difference(*before, ProcessorUseOf(::getpid()).value()).ran > 1ms;
  });
}

}  // namespace
}  // namespace faultline
