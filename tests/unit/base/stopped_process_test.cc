#include "faultline/base/stopped_process.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "faultline/base/error.h"

namespace faultline {
namespace {

Deadline Soon() { return Deadline::After(std::chrono::seconds(10)); }

// Waits for signals until it is killed.
struct Child {
  Child() : pid(::fork()) {
    if (pid == 0)
      for (;;) ::pause();
  }
  ~Child() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  // The next change of its state that was not asked for yet.
  int NextState() const {
    int status = 0;
    ::waitpid(pid, &status, WUNTRACED | WCONTINUED);
    return status;
  }
  pid_t pid;
};

TEST(StoppedProcess, StandsStillAndGoesOn) {
  const Child child;
  {
    const StoppedProcess stopped(child.pid, Soon());
    EXPECT_TRUE(WIFSTOPPED(child.NextState()));
  }
  EXPECT_TRUE(WIFCONTINUED(child.NextState()));
}

TEST(StoppedProcess, MayBeKilledMeanwhile) {
  const Child child;
  const StoppedProcess stopped(child.pid, Soon());
  ::kill(child.pid, SIGKILL);
  while (!WIFSIGNALED(child.NextState())) {
  }
}

TEST(StoppedProcess, ThatIsGoneIsAnError) {
  EXPECT_THROW(StoppedProcess(-1, Soon()), MachineError);
}

}  // namespace
}  // namespace faultline
