#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/base/warden.h"
#include "support/scratch_directory.h"
#include "unit/base/process_probe.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;

Deadline Soon() { return Deadline::After(20s); }

class ChildProcessTest : public testing::Test {
 protected:
  ProcessOptions Shell(const std::string& script) {
    return {.name = "child",
            .argv = {"sh", "-c", script},
            .output = {},
            .inherited = {}};
  }
  std::string InDirectory(const std::string& name) {
    return (directory_.path() / name).string();
  }
  ScratchDirectory directory_;
  Warden warden_;
};

TEST_F(ChildProcessTest, TheExitCodeIsKeptForAsManyAsAskForIt) {
  const auto child = warden_.Spawn(Shell("exit 7"));
  EXPECT_EQ(child->WaitForExit(Soon()), 7);
  EXPECT_EQ(child->WaitForExit(Deadline::After(0s)), 7);
  EXPECT_FALSE(child->Running());
}

TEST_F(ChildProcessTest, WaitingForOneThatRunsOnGivesNothing) {
  const auto child = warden_.Spawn(Shell("sleep 600"));
  EXPECT_EQ(child->WaitForExit(Deadline::After(50ms)), std::nullopt);
  EXPECT_TRUE(child->Running());
}

TEST_F(ChildProcessTest, SignalsReachItAndAreHarmlessAfterItsEnd) {
  const auto child = warden_.Spawn(Shell("sleep 600"));
  child->Signal(SIGTERM);
  EXPECT_EQ(child->WaitForExit(Soon()), 128 + SIGTERM);
  EXPECT_NO_THROW(child->Signal(SIGTERM));
  EXPECT_NO_THROW(child->Kill());
}

TEST_F(ChildProcessTest, AStoppedOneIsKilledToo) {
  const auto child = warden_.Spawn(Shell("sleep 600"));
  child->Signal(SIGSTOP);
  EXPECT_TRUE(child->Running());
  child->Kill();
  EXPECT_FALSE(child->Running());
  EXPECT_EQ(child->WaitForExit(Soon()), 128 + SIGKILL);
}

TEST_F(ChildProcessTest, KillEndsItsWholeProcessGroup) {
  const std::string pid_file = InDirectory("pid");
  const auto child =
      warden_.Spawn(Shell("sleep 600 & echo $! >" + pid_file + "; wait"));
  const pid_t grandchild = ReadPid(pid_file);
  EXPECT_TRUE(ProcessLives(grandchild));
  child->Kill();
  WaitUntilGone(grandchild);
}

TEST_F(ChildProcessTest, DestructionKillsIt) {
  auto child = warden_.Spawn(Shell("sleep 600"));
  const pid_t pid = child->pid();
  EXPECT_TRUE(ProcessLives(pid));
  child.reset();
  EXPECT_FALSE(ProcessLives(pid));
}

TEST_F(ChildProcessTest, ItLeavesNoZombieEvenWhenNobodyAsks) {
  const auto child = warden_.Spawn(Shell("exit 0"));
  Eventually(Soon(), "child reaped", [&] {
    return !std::filesystem::exists("/proc/" + std::to_string(child->pid()));
  });
  EXPECT_EQ(child->WaitForExit(Soon()), 0);
}

TEST_F(ChildProcessTest, OutputIsAppendedToTheFile) {
  WriteFileAtomically(InDirectory("log"), "before\n");
  ProcessOptions options = Shell("echo out; echo err >&2");
  options.output = InDirectory("log");
  EXPECT_EQ(warden_.Spawn(options)->WaitForExit(Soon()), 0);
  EXPECT_EQ(warden_.Spawn(options)->WaitForExit(Soon()), 0);
  EXPECT_EQ(ReadFile(InDirectory("log")), "before\nout\nerr\nout\nerr\n");
}

TEST_F(ChildProcessTest, AnOutputThatCannotBeOpenedIsNamed) {
  ProcessOptions options = Shell("true");
  options.output = "/nowhere/log";
  try {
    warden_.Spawn(options);
    FAIL() << "it was opened";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "child: cannot write /nowhere/log: No such file or directory");
  }
}

TEST_F(ChildProcessTest, InheritedDescriptorsArriveUnderTheirNumbers) {
  TestPipe low, high;
  // Numbers above 9 are beyond a plain shell's redirections.
  ProcessOptions options =
      Shell("echo low >&3; echo high >/proc/self/fd/63; ls /proc/self/fd");
  options.output = InDirectory("descriptors");
  options.inherited = {{low.writer.get(), 3}, {high.writer.get(), 63}};
  const auto child = warden_.Spawn(options);
  low.writer.Reset();
  high.writer.Reset();
  EXPECT_EQ(ReadToEnd(low.reader.get()), "low\n");
  EXPECT_EQ(ReadToEnd(high.reader.get()), "high\n");
  EXPECT_EQ(child->WaitForExit(Soon()), 0);
  // Nothing else is open but what ls itself opened.
  EXPECT_EQ(ReadFile(InDirectory("descriptors")), "0\n1\n2\n3\n4\n63\n");
}

TEST_F(ChildProcessTest, ADescriptorNumberOutOfRangeIsRefused) {
  TestPipe pipe;
  ProcessOptions options = Shell("true");
  options.inherited = {{pipe.writer.get(), 64}};
  EXPECT_THROW(warden_.Spawn(options), MachineError);
}

TEST_F(ChildProcessTest, SiblingsDoNotHoldEachOthersDescriptors) {
  TestPipe first_pipe, second_pipe;
  ProcessOptions options = Shell("sleep 600");
  options.inherited = {{first_pipe.writer.get(), 5}};
  const auto first = warden_.Spawn(options);
  options.inherited = {{second_pipe.writer.get(), 5}};
  const auto second = warden_.Spawn(options);
  first_pipe.writer.Reset();
  second_pipe.writer.Reset();
  first->Kill();
  EXPECT_EQ(ReadToEnd(first_pipe.reader.get()), "");
  EXPECT_TRUE(second->Running());
}

TEST_F(ChildProcessTest, HeldStdinKeepsAReaderRunning) {
  ProcessOptions options{
      .name = "cat", .argv = {"cat"}, .output = {}, .inherited = {}};
  const auto at_end_of_file = warden_.Spawn(options);
  options.hold_stdin_open = true;
  const auto held = warden_.Spawn(options);
  EXPECT_EQ(at_end_of_file->WaitForExit(Soon()), 0);
  EXPECT_EQ(held->WaitForExit(Deadline::After(100ms)), std::nullopt);
}

TEST_F(ChildProcessTest, EightThreadsSpawnAndKillAtOnce) {
  constexpr int kThreads = 8;
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([this] {
      for (int j = 0; j < 5; ++j) {
        const auto child = warden_.Spawn(Shell("sleep 600"));
        EXPECT_TRUE(child->Running());
        child->Kill();
        EXPECT_EQ(child->WaitForExit(Soon()), 128 + SIGKILL);
      }
    });
}

}  // namespace
}  // namespace faultline
