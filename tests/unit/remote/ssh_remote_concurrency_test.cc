#include <atomic>
#include <thread>
#include <vector>

#include "faultline/base/eventually.h"
#include "unit/remote/with_sshd.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;
using SshRemoteConcurrency = WithSshd;

TEST_F(SshRemoteConcurrency, CallsOfEightThreadsQueueOnOneConnection) {
  SshRemote remote(Options());
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 10; ++i) {
          const std::string text = std::to_string(thread * 100 + i) + "\n";
          right +=
              remote.Execute("echo " + text, Soon()).standard_output == text;
        }
      });
    }
  }
  EXPECT_EQ(right, 80);
  EXPECT_EQ(sshd_.connections(), 1);
}

TEST_F(SshRemoteConcurrency, RemotesOfDifferentThreadsWorkSideBySide) {
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        SshRemote remote(Options());
        for (int i = 0; i < 5; ++i) {
          right += remote.Execute("true", Soon()).Succeeded();
        }
      });
    }
  }
  EXPECT_EQ(right, 20);
}

TEST_F(SshRemoteConcurrency, DisconnectEndsCallsUnderWay) {
  SshRemote remote(Options());
  std::atomic<int> ended = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      EXPECT_THROW(remote.Execute("exec sleep 20", Soon()), CommandError);
      ++ended;
    });
  }
  Eventually(Soon(), "all four have ended", [&] {
    remote.Disconnect();
    return ended == 4;
  });
  EXPECT_EQ(remote.Execute("true", Soon()).exit_code, 0);
}

// Also records the time of one command, the figure that a slow test asks about.
TEST_F(SshRemoteConcurrency, FiveHundredCommandsInARowWork) {
  SshRemote remote(Options());
  remote.Execute("true", Soon());
  const TimePoint start = std::chrono::steady_clock::now();
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(remote.Execute("true", Deadline::After(20s)).exit_code, 0);
  }
  const Duration elapsed = std::chrono::steady_clock::now() - start;
  RecordProperty("microseconds_each", std::to_string(elapsed / 500us));
  EXPECT_EQ(sshd_.connections(), 1);
}

}  // namespace
}  // namespace faultline
