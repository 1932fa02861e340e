#include "faultline/base/processor_watch.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;

TimePoint Now() { return std::chrono::steady_clock::now(); }

// Processes that want one processor of this machine all the time.
class BusyProcesses {
 public:
  explicit BusyProcesses(int count) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(::sched_getcpu(), &one);
    for (int i = 0; i < count; ++i) {
      pids_.push_back(::fork());
      if (pids_.back() != 0) continue;
      ::sched_setaffinity(0, sizeof one, &one);
      for (volatile bool busy = true; busy;) continue;
    }
  }
  ~BusyProcesses() { LeaveOnly(0); }
  void LeaveOnly(std::size_t count) {
    for (; pids_.size() > count; pids_.pop_back()) {
      ::kill(pids_.back(), SIGKILL);
      ::waitpid(pids_.back(), nullptr, 0);
    }
  }
  pid_t first() const { return pids_.front(); }

 private:
  std::vector<pid_t> pids_;
};

// The first ten seconds of a run say nothing of the next ten.
TEST(ProcessorWatches, TellAnIntervalFromAnother) {
  BusyProcesses processes(16);
  const pid_t first = processes.first();
  const ProcessorWatch watch([first] { return std::vector{first}; }, 20ms);
  const TimePoint began = Now();
  Eventually(Deadline::After(20s), "it waits among sixteen", [&] {
    return watch.LongestWait(began, Now()).value_or(0) > 0.8 &&
           Now() > began + 1s;
  });
  const TimePoint many = Now();
  processes.LeaveOnly(1);
  Eventually(Deadline::After(20s), "it has had more of the processor", [&] {
    const TimePoint now = Now();
    return now > many + 500ms &&
           watch.LongestWait(now - 400ms, now).value_or(1) < 0.6;
  });
  EXPECT_GT(watch.LongestWait(began, many), 0.8);
}

TEST(ProcessorWatches, DoNotCountWhatHardlyWantedAProcessor) {
  const pid_t idle = ::fork();
  if (idle == 0)
    for (;;) ::pause();
  {
    const ProcessorWatch watch([idle] { return std::vector{idle}; }, 10ms);
    const TimePoint began = Now();
    Eventually(Deadline::After(20s), "there was a look",
               [&] { return watch.LongestWait(began, Now()).has_value(); });
    EXPECT_EQ(watch.LongestWait(began, Now()), 0);
  }
  ::kill(idle, SIGKILL);
  ::waitpid(idle, nullptr, 0);
}

TEST(ProcessorWatches, SayNothingOfWhatTheyDidNotSee) {
  const ProcessorWatch watch([] { return std::vector<pid_t>{}; }, 10ms);
  EXPECT_EQ(watch.LongestWait(Now() + 1h, Now() + 2h), std::nullopt);
  EXPECT_EQ(watch.LongestWait(Now() - 2h, Now() - 1h), std::nullopt);
}

}  // namespace
}  // namespace faultline
