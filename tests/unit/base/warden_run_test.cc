#include <gmock/gmock.h>

#include <thread>

#include "faultline/base/error.h"
#include "faultline/base/warden.h"
#include "support/scratch_directory.h"
#include "unit/base/process_probe.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Deadline Soon() { return Deadline::After(20s); }

class WardenRun : public testing::Test {
 protected:
  CommandResult Shell(const std::string& script, Deadline deadline = Soon()) {
    return warden_.Run({"sh", "-c", script}, deadline);
  }
  template <typename E>
  std::string ErrorOf(const std::vector<std::string>& argv,
                      Deadline deadline = Soon()) {
    try {
      warden_.Run(argv, deadline);
    } catch (const E& error) {
      return error.what();
    }
    return "no error of this type";
  }
  Warden warden_;
};

TEST_F(WardenRun, ExitCodesAreValues) {
  EXPECT_EQ(Shell("exit 0").exit_code, 0);
  EXPECT_EQ(Shell("exit 3").exit_code, 3);
  EXPECT_TRUE(Shell("true").Succeeded());
  EXPECT_FALSE(Shell("false").Succeeded());
}

TEST_F(WardenRun, ASignalReadsAs128PlusItsNumber) {
  EXPECT_EQ(Shell("kill -TERM $$").exit_code, 128 + 15);
  EXPECT_EQ(Shell("kill -KILL $$").exit_code, 128 + 9);
}

TEST_F(WardenRun, StreamsAreCapturedApart) {
  const CommandResult result = Shell("echo out; echo err >&2");
  EXPECT_EQ(result.standard_output, "out\n");
  EXPECT_EQ(result.standard_error, "err\n");
}

TEST_F(WardenRun, AMebibyteOnBothStreamsDoesNotBlock) {
  const CommandResult result = Shell(
      "head -c 1048576 /dev/zero >&2; head -c 1048576 /dev/zero; "
      "head -c 1048576 /dev/zero >&2");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.standard_output.size(), 1u << 20);
  EXPECT_EQ(result.standard_error.size(), 2u << 20);
}

TEST_F(WardenRun, ArgumentsArriveUnchanged) {
  const CommandResult result = warden_.Run(
      {"printf", "[%s]", "", "a b", "\"quoted'", "\\", "ü"}, Soon());
  EXPECT_EQ(result.standard_output, "[][a b][\"quoted'][\\][ü]");
}

TEST_F(WardenRun, StandardInputIsEmptyAndSignalsAreDefault) {
  EXPECT_EQ(Shell("cat").standard_output, "");
  // No signal ignored or blocked: the masks are all zero.
  EXPECT_EQ(Shell("grep -cE '^Sig(Ign|Blk).*[1-9a-f]$' /proc/self/status")
                .standard_output,
            "0\n");
}

TEST_F(WardenRun, TheDeadlineKillsTheCommandAndItsGroup) {
  const ScratchDirectory directory;
  const std::string pid_file = (directory.path() / "pid").string();
  const std::string error = ErrorOf<TimeoutError>(
      {"sh", "-c",
       "sleep 600 & echo $! >" + pid_file + "; echo first; echo second; wait"},
      Deadline::After(500ms));
  EXPECT_THAT(error, HasSubstr("not within 500 ms (last seen: second)"));
  WaitUntilGone(ReadPid(pid_file));
}

TEST_F(WardenRun, ABackgroundProcessThatKeepsTheStreamDoesNotHoldTheAnswer) {
  const TimePoint start = std::chrono::steady_clock::now();
  EXPECT_EQ(Shell("sleep 600 & echo done").standard_output, "done\n");
  EXPECT_EQ(Shell("setsid sleep 600 & echo done").standard_output, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 15s);
}

TEST_F(WardenRun, AMissingProgramIsAUsageErrorThatNamesIt) {
  EXPECT_EQ(ErrorOf<UsageError>({"no-such-tool"}),
            "no-such-tool: program not found in PATH");
  EXPECT_THAT(ErrorOf<UsageError>({}), HasSubstr("no program"));
}

TEST_F(WardenRun, AFailedExecIsAMachineErrorAndTheWardenGoesOn) {
  const ScratchDirectory directory;
  const std::string path = (directory.path() / "not-a-program").string();
  std::ofstream(path) << "neither a script nor a binary";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  EXPECT_EQ(ErrorOf<MachineError>({path}),
            path + ": cannot execute " + path + ": Exec format error");
  EXPECT_EQ(Shell("exit 4").exit_code, 4);
}

TEST_F(WardenRun, EightThreadsShareOneWarden) {
  std::vector<int> sums(8);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([this, i, &sums] {
        for (int j = 0; j < 5; ++j)
          sums[i] += Shell("exit " + std::to_string(i * 5 + j)).exit_code;
      });
  }
  EXPECT_THAT(sums, ElementsAre(10, 35, 60, 85, 110, 135, 160, 185));
}

}  // namespace
}  // namespace faultline
