#include "faultline/base/processor_time.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <vector>

#include "faultline/base/deadline.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

TEST(ProcessorTime, GrowsWhileAProcessWorks) {
  const std::optional<double> before = ProcessorSeconds(::getpid());
  ASSERT_TRUE(before.has_value());
  const Deadline deadline = Deadline::After(20s);
  while (ProcessorSeconds(::getpid()) < *before + 0.05) {
    ASSERT_FALSE(deadline.Expired()) << "after 20 s of work";
  }
}

TEST(ProcessorWait, IsLongForOneOfManyOnOneProcessor) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(::sched_getcpu(), &one);
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(::fork());
    if (children.back() == 0) {
      ::sched_setaffinity(0, sizeof one, &one);
      for (volatile bool busy = true; busy;) continue;
    }
  }
  const Deadline deadline = Deadline::After(20s);
  while (ProcessorWait(children.front()).value_or(0) < 0.7)
    ASSERT_FALSE(deadline.Expired()) << "after 20 s among eight";
  for (const pid_t child : children) {
    ::kill(child, SIGKILL);
    EXPECT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_EQ(ProcessorWait(child), std::nullopt);
  }
}

TEST(ProcessorTime, IsNothingForAProcessThatIsGone) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(ProcessorSeconds(child), std::nullopt);
}

}  // namespace
}  // namespace faultline
