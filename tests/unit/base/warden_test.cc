#include "faultline/base/warden.h"

#include <gmock/gmock.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <iterator>
#include <thread>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/base/helper_program.h"
#include "faultline/base/program_path.h"
#include "support/scratch_directory.h"
#include "unit/base/process_probe.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

Deadline Soon() { return Deadline::After(20s); }

// A shell that ignores SIGTERM, with a child in its group and one that has
// left group and session, as a daemon does.
ProcessOptions StubbornFamily(const fs::path& directory) {
  const std::string at = directory.string();
  return {.name = "family",
          .argv = {"sh", "-c",
                   "trap '' TERM; sleep 600 & echo $! >" + at +
                       "/in-group; setsid sh -c 'echo $$ >" + at +
                       "/left; exec sleep 600' & wait; wait"},
          .output = {},
          .inherited = {}};
}

struct Family {
  pid_t in_group, left;
};

Family WaitForFamily(const fs::path& directory) {
  return {ReadPid(directory / "in-group"), ReadPid(directory / "left")};
}

class WardenTest : public testing::Test {
 protected:
  fs::path MakeRegistered() {
    const fs::path registered = directory_.path() / "registered";
    fs::create_directories(registered / "inner");
    WriteFileAtomically(registered / "inner" / "file", "x");
    return registered;
  }
  // Stands for a test process: owns a warden with a family, registers a
  // directory, and never ends by itself. Returns its pid.
  pid_t ForkTestProcess(const fs::path& registered) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    try {
      Warden warden;
      warden.RemoveAtExit(registered);
      const auto child = warden.Spawn(StubbornFamily(directory_.path()));
      WriteFileAtomically(directory_.path() / "warden",
                          std::to_string(warden.pid()) + "\n");
      for (;;) ::pause();
    } catch (...) {
      ::_exit(1);
    }
  }
  ScratchDirectory directory_;
};

TEST_F(WardenTest, DestructionEndsAllAndRemovesTheRegisteredDirectories) {
  const fs::path registered = MakeRegistered();
  pid_t warden_pid;
  Family family;
  {
    Warden warden;
    warden_pid = warden.pid();
    warden.RemoveAtExit(registered);
    // Never destroyed, as if its owner had been forgotten.
    static ChildProcess* volatile forgotten =
        warden.Spawn(StubbornFamily(directory_.path())).release();
    family = WaitForFamily(directory_.path());
    EXPECT_TRUE(forgotten->Running());
    EXPECT_TRUE(fs::exists(registered));
  }
  EXPECT_FALSE(ProcessLives(warden_pid));
  EXPECT_FALSE(ProcessLives(family.in_group));
  EXPECT_FALSE(ProcessLives(family.left));
  EXPECT_FALSE(fs::exists(registered));
}

TEST_F(WardenTest, NothingOutlivesATestProcessThatIsKilled) {
  const fs::path registered = MakeRegistered();
  const pid_t victim = ForkTestProcess(registered);
  const Family family = WaitForFamily(directory_.path());
  const pid_t warden = ReadPid(directory_.path() / "warden");
  EXPECT_TRUE(ProcessLives(warden));
  ASSERT_EQ(::kill(victim, SIGKILL), 0);
  ASSERT_EQ(::waitpid(victim, nullptr, 0), victim);
  WaitUntilGone(warden);
  EXPECT_FALSE(ProcessLives(family.in_group));
  EXPECT_FALSE(ProcessLives(family.left));
  EXPECT_FALSE(fs::exists(registered));
}

TEST_F(WardenTest, ItIsDeafToTheSignalsOfATerminal) {
  Warden warden;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    ASSERT_EQ(::kill(warden.pid(), signal), 0);
  EXPECT_EQ(warden.Run({"sh", "-c", "exit 5"}, Soon()).exit_code, 5);
  EXPECT_EQ(::getsid(warden.pid()), warden.pid());
}

TEST_F(WardenTest, ItsChildrenDieWithAWardenThatIsKilled) {
  const fs::path registered = MakeRegistered();
  {
    Warden warden;
    warden.RemoveAtExit(registered);
    const auto child = warden.Spawn({.name = "sleeper",
                                     .argv = {"sleep", "600"},
                                     .output = {},
                                     .inherited = {}});
    ASSERT_EQ(::kill(warden.pid(), SIGKILL), 0);
    Eventually(Soon(), "end of the child", [&] { return !child->Running(); });
    EXPECT_THROW(child->WaitForExit(Soon()), MachineError);
  }
  EXPECT_FALSE(fs::exists(registered));
}

TEST_F(WardenTest, CallsAfterItsDeathSayThatItHasDied) {
  Warden warden;
  ASSERT_EQ(::kill(warden.pid(), SIGKILL), 0);
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      warden.Run({"true"}, Soon());
      FAIL() << "a dead warden answered";
    } catch (const MachineError& error) {
      EXPECT_EQ(error.what(), "warden (pid " + std::to_string(warden.pid()) +
                                  "): it has died");
    }
  }
}

TEST_F(WardenTest, SeveralWardensDoNotDisturbEachOther) {
  auto first = std::make_unique<Warden>();
  Warden second;
  const auto child = second.Spawn({.name = "sleeper",
                                   .argv = {"sleep", "600"},
                                   .output = {},
                                   .inherited = {}});
  const pid_t first_pid = first->pid();
  first.reset();
  EXPECT_FALSE(ProcessLives(first_pid));
  EXPECT_TRUE(child->Running());
}

// For this thread and what it starts: there is no handle of a process.
bool ForbidProcessHandles() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EMFILE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{.len = std::size(program), .filter = program};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST_F(WardenTest, AProcessWithoutAHandleIsAnErrorAndTheWardenGoesOn) {
  const fs::path registered = MakeRegistered();
  std::jthread([&] {
    ASSERT_TRUE(ForbidProcessHandles());
    Warden warden;
    warden.RemoveAtExit(registered);
    for (int attempt = 0; attempt < 2; ++attempt) {
      try {
        warden.Spawn(
            {.name = "sleeper", .argv = {"sleep", "600"}, .output = {}});
        FAIL() << "it has no handle";
      } catch (const MachineError& error) {
        EXPECT_THAT(error.what(), HasSubstr("sleeper: no handle"));
      }
    }
    EXPECT_TRUE(fs::exists(registered)) << "the warden has ended";
  }).join();
  EXPECT_FALSE(fs::exists(registered));
}

TEST_F(WardenTest, OnlyAnAbsolutePathIsRemovedAtExit) {
  Warden warden;
  EXPECT_THROW(warden.RemoveAtExit("relative"), UsageError);
  EXPECT_THROW(warden.RemoveAtExit("/"), UsageError);
  EXPECT_THROW(warden.RemoveAtExit("/a/.."), UsageError);
}

TEST_F(WardenTest, AHelperThatIsNotThereIsNamed) {
  const ScopedVariable variable("FAULTLINE_WARDEN",
                                "/nowhere/faultline-warden");
  try {
    Warden warden;
    FAIL() << "it started";
  } catch (const MachineError& error) {
    EXPECT_THAT(error.what(), HasSubstr("not found"));
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/faultline-warden"));
  }
}

TEST_F(WardenTest, AHelperThatDoesNotStartIsAnErrorAtOnce) {
  const ScopedVariable variable("FAULTLINE_WARDEN", RequireProgram("false"));
  EXPECT_THROW(Warden(), MachineError);
}

TEST_F(WardenTest, ItIsNotToBeStartedByHand) {
  const std::string helper = internal::FindHelper("faultline-warden").string();
  Warden warden;
  const CommandResult result = warden.Run({helper}, Soon());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.standard_error, HasSubstr("not by hand"));
}

}  // namespace
}  // namespace faultline
