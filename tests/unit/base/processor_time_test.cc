#include "faultline/base/processor_time.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

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

TEST(ProcessorTime, IsNothingForAProcessThatIsGone) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(ProcessorSeconds(child), std::nullopt);
  EXPECT_FALSE(ProcessorUseOf(child).has_value());
}

TEST(ProcessorUses, DifferByWhatThreadsDidMeanwhile) {
  const ProcessorUse before = {{1, {.ran = 10s, .waited = 5s}},
                               {2, {.ran = 1s, .waited = 1s}},
                               {3, {.ran = 9s, .waited = 9s}}};
  const ProcessorUse after = {{1, {.ran = 12s, .waited = 5s}},
                              {3, {.ran = 1s, .waited = 0s}},  // another one
                              {4, {.ran = 0s, .waited = 3s}}};
  const ProcessorShare share = Difference(before, after);
  EXPECT_EQ(share.ran, Duration(3s));
  EXPECT_EQ(share.waited, Duration(3s));
}

}  // namespace
}  // namespace faultline
