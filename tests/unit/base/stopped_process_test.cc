#include "faultline/base/stopped_process.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/pidfd.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Deadline Soon() { return Deadline::After(std::chrono::seconds(10)); }

class StoppedProcesses : public testing::Test {
 protected:
  std::shared_ptr<ChildProcess> Sleeper() {
    return warden_.Spawn(
        {.name = "sleeper", .argv = {"sleep", "600"}, .output = {}});
  }

  Warden warden_;
};

TEST_F(StoppedProcesses, StandStillAndGoOn) {
  const auto child = Sleeper();
  {
    const StoppedProcess stopped(child, Soon());
    EXPECT_TRUE(IsStopped(*child));
    EXPECT_TRUE(child->Running());
  }
  Eventually(Soon(), "it goes on", [&] { return !IsStopped(*child); });
}

TEST_F(StoppedProcesses, MayBeKilledMeanwhile) {
  const auto child = Sleeper();
  const StoppedProcess stopped(child, Soon());
  child->Kill();
  EXPECT_FALSE(child->Running());
}

TEST_F(StoppedProcesses, ThatHaveEndedAreAnError) {
  EXPECT_THROW(StoppedProcess(nullptr, Soon()), MachineError);
  const auto child = Sleeper();
  child->Kill();
  EXPECT_THAT([&] { StoppedProcess(child, Soon()); },
              ThrowsMessage<MachineError>(HasSubstr("has ended")));
}

// A process number goes to another process once its own was reaped.
TEST_F(StoppedProcesses, AreNotWhoeverGotTheirNumber) {
  const pid_t ended = ::fork();
  if (ended == 0) ::_exit(0);
  FileDescriptor handle(internal::OpenPidfd(ended));
  ASSERT_EQ(::waitpid(ended, nullptr, 0), ended);
  const auto heir = Sleeper();
  const auto child = std::make_shared<ChildProcess>(
      warden_, "ended", std::uint64_t{1} << 40, heir->pid(), std::move(handle));
  EXPECT_THROW(StoppedProcess(child, Soon()), MachineError);
  EXPECT_FALSE(IsStopped(*heir));
  child->Kill();
  EXPECT_TRUE(heir->Running());
}

}  // namespace
}  // namespace faultline
