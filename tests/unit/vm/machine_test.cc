#include "faultline/vm/machine.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "faultline/base/error.h"
#include "faultline/vm/console_text.h"
#include "support/fake_qemu.h"

namespace faultline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

Deadline Soon() { return Deadline::After(seconds(10)); }
Deadline AtOnce() { return Deadline::After(milliseconds(100)); }

// One machine on a fake QEMU.
struct Rig {
  explicit Rig(const std::string& on_start = "",
               const std::string& on_command = "")
      : qemu(on_start, on_command), machine(warden, Options()) {}

  MachineOptions Options() const {
    MachineOptions options;
    options.name = "node1";
    options.directory = scratch.path();
    return options;
  }

  ScratchDirectory scratch;
  FakeQemu qemu;
  Warden warden;
  Machine machine;
};

TEST(Machine, IsOffUntilItIsPoweredOn) {
  Rig rig;
  EXPECT_FALSE(rig.machine.Running());
  EXPECT_EQ(rig.machine.pid(), -1);
  EXPECT_THAT(
      [&] { rig.machine.Freeze(Soon()); },
      ThrowsMessage<MachineError>(HasSubstr("node1: qmp: powered off")));
  EXPECT_THROW(rig.machine.HostPort(22), MachineError);
  rig.machine.PowerCut();
  rig.machine.ShutDown(Soon());
}

TEST(Machine, ComesUpWithAStateDiskAndForwardedPorts) {
  Rig rig;
  rig.machine.PowerOn(Soon());
  EXPECT_TRUE(rig.machine.Running());
  EXPECT_TRUE(std::filesystem::exists(StateDiskPath(rig.machine.options())));
  EXPECT_EQ(rig.machine.HostPort(22), 40022);
  EXPECT_THAT(
      [&] { rig.machine.HostPort(80); },
      ThrowsMessage<UsageError>("node1: guest port 80 is not forwarded"));
  const pid_t pid = rig.machine.pid();
  rig.machine.PowerOn(Soon());
  EXPECT_EQ(rig.machine.pid(), pid);
}

TEST(Machine, HasBlankDisksThatOutliveItsPower) {
  const ScratchDirectory scratch;
  const FakeQemu qemu;
  Warden warden;
  MachineOptions options;
  options.name = "node1";
  options.directory = scratch.path();
  options.state_disk_mib = 16;
  options.disks = {
      {.serial = "data", .mib = 2},
      {.serial = "lun", .mib = 2, .shared_file = scratch.path() / "lun"}};
  Machine machine(warden, options);
  machine.PowerOn(Soon());
  const std::filesystem::path data = scratch.path() / "disk-data.raw";
  EXPECT_EQ(std::filesystem::file_size(data), 2U << 20);
  EXPECT_EQ(std::filesystem::file_size(scratch.path() / "state.raw"),
            16U << 20);
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "lun"))
      << "a shared disk is its cluster's to make";
  machine.PowerCut();
  std::ofstream(data) << "kept";
  machine.PowerOn(Soon());
  EXPECT_EQ(ReadFrom(data, 0), "kept");
}

TEST(Machine, NamesAChannelThatItDoesNotHave) {
  Rig rig;
  EXPECT_THAT([&] { rig.machine.ChannelPath("ticks"); },
              ThrowsMessage<UsageError>("node1: it has no channel \"ticks\""));
}

TEST(Machine, QuotesQemuIfItEndsAtOnce) {
  Rig rig("echo 'qemu: no such device: disk' >&2; exit 1");
  EXPECT_THAT([&] { rig.machine.PowerOn(Soon()); },
              ThrowsMessage<MachineError>(
                  AllOf(HasSubstr("node1: QEMU ended at once with exit code 1"),
                        HasSubstr("no such device: disk"))));
  EXPECT_FALSE(rig.machine.Running());
}

TEST(Machine, IsOffAfterAPowerOnThatTimedOut) {
  Rig rig("exec sleep 1000");
  EXPECT_THROW(rig.machine.PowerOn(Deadline::After(milliseconds(500))),
               TimeoutError);
  EXPECT_FALSE(rig.machine.Running());
}

TEST(Machine, ReportsAPortThatQemuDoesNotForward) {
  Rig rig("", R"(*usernet*) say '{"return": "", "id": '$id'}' ;;)");
  EXPECT_THAT([&] { rig.machine.PowerOn(Soon()); },
              ThrowsMessage<MachineError>(HasSubstr(
                  "node1: QEMU forwards no host port to guest port 22")));
  EXPECT_FALSE(rig.machine.Running());
}

TEST(Machine, KeepsItsStateDiskOverAPowerCut) {
  Rig rig;
  rig.machine.PowerOn(Soon());
  const pid_t pid = rig.machine.pid();
  std::ofstream(StateDiskPath(rig.machine.options())) << "written";
  rig.machine.PowerCut();
  EXPECT_FALSE(rig.machine.Running());
  EXPECT_NE(::kill(pid, 0), 0);
  rig.machine.PowerOn(Soon());
  EXPECT_NE(rig.machine.pid(), pid);
  EXPECT_EQ(std::filesystem::file_size(StateDiskPath(rig.machine.options())),
            7u);
}

// A thread that restarts a machine and one that uses it need not know of each
// other.
TEST(Machine, LeavesTheSessionsOfAnEarlierQemuWhole) {
  Rig rig;
  rig.machine.PowerOn(Soon());
  const auto qmp = rig.machine.qmp();
  const auto agent = rig.machine.agent();
  const auto process = rig.machine.process();
  rig.machine.PowerCut();
  rig.machine.PowerOn(Soon());
  EXPECT_THROW(qmp->Execute("stop", Soon()), MachineError);
  EXPECT_THROW(agent->Hold(Soon()), MachineError);
  EXPECT_FALSE(process->Running());
  rig.machine.qmp()->Execute("stop", Soon());
  EXPECT_TRUE(rig.machine.process()->Running());
}

TEST(Machine, WaitsForAnotherPowerOnByItsDeadline) {
  Rig rig("sleep 1");
  std::jthread first([&] { rig.machine.PowerOn(Soon()); });
  while (!rig.machine.process()) std::this_thread::yield();
  EXPECT_THAT([&] { rig.machine.PowerOn(AtOnce()); },
              ThrowsMessage<TimeoutError>(HasSubstr("node1: power on")));
}

TEST(Machine, WaitsForTheConsoleOfThisPowerOn) {
  Rig rig(
      "[ -e \"$console.second\" ] || echo ready >>\"$console\"\n"
      ": >\"$console.second\"");
  rig.machine.PowerOn(Soon());
  rig.machine.WaitForConsole("ready", Soon());
  rig.machine.PowerCut();
  rig.machine.PowerOn(Soon());
  EXPECT_THAT(
      [&] { rig.machine.WaitForConsole("ready", AtOnce()); },
      ThrowsMessage<TimeoutError>(AllOf(
          HasSubstr("node1: console shows \"ready\""), HasSubstr("booting"))));
}

TEST(Machine, ForgetsTheConsoleBeforeAReset) {
  Rig rig("echo ready >>\"$console\"");
  rig.machine.PowerOn(Soon());
  rig.machine.WaitForConsole("ready", Soon());
  rig.machine.Reset(Soon());
  EXPECT_EQ(rig.machine.ConsoleTail(), "");
  EXPECT_TRUE(rig.machine.Running());
}

TEST(Machine, TellsThatThePowerWasCutWhileItWaited) {
  Rig rig;
  rig.machine.PowerOn(Soon());
  rig.machine.PowerCut();
  EXPECT_THAT([&] { rig.machine.WaitForConsole("ready", Soon()); },
              ThrowsMessage<MachineError>(AllOf(
                  HasSubstr("powered off (power cut)"), HasSubstr("booting"))));
}

TEST(Machine, TellsWhyItEndedByItself) {
  Rig rig("", R"(*cont*)
    say '{"return": {}, "id": '$id'}'
    say '{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-panic"}}'
    exit 0 ;;)");
  rig.machine.PowerOn(Soon());
  rig.machine.Thaw(Soon());
  const auto expected = ThrowsMessage<MachineError>(
      HasSubstr("QEMU ended by itself (exit code 0, reason guest-panic)"));
  EXPECT_THAT([&] { rig.machine.WaitForConsole("ready", Soon()); }, expected);
  EXPECT_THAT([&] { rig.machine.Freeze(Soon()); }, expected);
  rig.machine.PowerOn(Soon());
  EXPECT_TRUE(rig.machine.Running());
}

TEST(Machine, TellsAtOnceThatTheGuestCouldNotSetItselfUp) {
  Rig rig("echo 'faultline-guest: failed: no disk' >>\"$console\"");
  rig.machine.PowerOn(Soon());
  EXPECT_THAT([&] { rig.machine.WaitForConsole("ready", Soon()); },
              ThrowsMessage<MachineError>(
                  AllOf(HasSubstr("node1: the guest could not set itself up"),
                        HasSubstr("failed: no disk"))));
}

TEST(Machine, ShutsDownByThePowerButton) {
  Rig rig;
  rig.machine.PowerOn(Soon());
  rig.machine.ShutDown(Soon());
  EXPECT_FALSE(rig.machine.Running());
}

TEST(Machine, TellsThatTheGuestIgnoresThePowerButton) {
  Rig rig("", R"(*system_powerdown*) say '{"return": {}, "id": '$id'}' ;;)");
  rig.machine.PowerOn(Soon());
  EXPECT_THAT([&] { rig.machine.ShutDown(AtOnce()); },
              ThrowsMessage<TimeoutError>(
                  AllOf(HasSubstr("node1: the guest did not power off"),
                        HasSubstr("booting"))));
  EXPECT_TRUE(rig.machine.Running());
}

}  // namespace
}  // namespace faultline
