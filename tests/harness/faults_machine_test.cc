#include <signal.h>

#include <cerrno>

#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using Seconds = std::chrono::duration<double>;

class MachineFaults : public FaultTest {
 protected:
  double GuestUptime() {
    return std::stod(Run(node(1), "cut -d' ' -f1 /proc/uptime"));
  }
  // By this host's clock, for a fixed piece of work of the guest.
  Seconds TimeToCount() {
    const TimePoint begin = std::chrono::steady_clock::now();
    node(1).Succeed("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done",
                    Within(60s));
    return std::chrono::steady_clock::now() - begin;
  }
};

TEST_F(MachineFaults, PowerCutEndsTheMachineAndHealingBringsItsServiceBack) {
  FormCluster(1);
  ASSERT_EQ(Put(node(1)).outcome, Outcome::kOk);
  const pid_t pid = node(1).machine().pid();

  ActiveFault cut = Inject("power-cut", {&node(1)});
  EXPECT_NE(::kill(pid, 0), 0);
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kFail);

  cut.Heal(Within(90s));
  cut.WaitForRecovery(Within(60s));
  store().WaitForLeader(Within(60s));
  const StoreReply kept = store().Connect(node(1))->Get(
      "key", ReadMode::kLinearizable, Within(10s));
  EXPECT_EQ(kept.value, "value");
}

TEST_F(MachineFaults, FrozenGuestsClockStandsStill) {
  BootNodes(1);
  const double before = GuestUptime();
  const TimePoint begin = std::chrono::steady_clock::now();
  ActiveFault frozen = Inject("freeze", {&node(1)});
  EXPECT_THROW(node(1).Execute("true", Deadline::After(3s)), TimeoutError);
  const Seconds took = std::chrono::steady_clock::now() - begin;
  frozen.Heal(Within(20s));
  frozen.WaitForRecovery(Within(20s));

  EXPECT_LT(GuestUptime() - before, took.count());
  EXPECT_LT(std::abs(ClockOffset(node(1))), 1.0);
}

TEST_F(MachineFaults, ResetIsANewBootAndHealingStartsTheService) {
  FormCluster(1);
  const auto boot_id = [&] {
    return Run(node(1), "cat /proc/sys/kernel/random/boot_id");
  };
  const std::string first = boot_id();
  ActiveFault reset = Inject("reset", {&node(1)});
  EXPECT_NE(boot_id(), first);
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kFail);

  reset.Heal(Within(20s));
  reset.WaitForRecovery(Within(60s));
  store().WaitForLeader(Within(60s));
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
}

TEST_F(MachineFaults, StarvedGuestIsSlowAndItsClockGoesOn) {
  BootNodes(1);
  TimeToCount();
  const Seconds usual = TimeToCount();
  const double uptime = GuestUptime();
  const TimePoint begin = std::chrono::steady_clock::now();
  ActiveFault starved = Inject("cpu-starvation", {&node(1)},
                               {{"share", "20%"}, {"period", "100ms"}});
  const Seconds slow = TimeToCount();
  starved.Heal(Within(5s));
  const Seconds passed = std::chrono::steady_clock::now() - begin;

  EXPECT_GT(slow.count(), 2.5 * usual.count());
  EXPECT_NEAR(GuestUptime() - uptime, passed.count(), 0.5);
  EXPECT_LT(TimeToCount().count(), 2 * usual.count());
}

// Control is never killed for its memory, and whatever it starts inherits that:
// a command that may be killed has to say so. One call that touches it all
// needs no page of a program meanwhile, or the guest would read those again and
// again.
constexpr char kHungry[] =
    "echo 1000 >/proc/self/oom_score_adj; "
    "exec dd if=/dev/zero of=/dev/null bs=150M count=1";

TEST_F(MachineFaults, MemoryPressureLeavesNoRoomForAnotherProcess) {
  BootNodes(1);
  Run(node(1), kHungry);

  ActiveFault pressure = Inject("memory-pressure", {&node(1)});
  node(1).Fail(kHungry, Within(60s));
  EXPECT_EQ(Run(node(1), "dmesg | grep -c 'Killed process.*(dd)'"), "1\n");

  pressure.Heal(Within(30s));
  Run(node(1), kHungry);
  pressure.Heal(Within(5s));
}

TEST_F(MachineFaults, ServiceUnderMemoryPressureAnswersWhenItIsHealed) {
  FormCluster(1);
  ActiveFault pressure =
      Inject("memory-pressure", {&node(1)}, {{"left_mib", "24"}});
  for (int i = 0; i < 20; ++i) Put(node(1));  // may fail, or end the service

  pressure.Heal(Within(30s));
  pressure.WaitForRecovery(Within(30s));
  store().WaitForLeader(Within(60s));
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
}

TEST_F(MachineFaults, GuestEndsItsMemoryPressureByItselfInTime) {
  BootNodes(1);
  const ActiveFault pressure =
      Inject("memory-pressure", {&node(1)}, {{"at_most", "4s"}});
  Eventually(Within(30s), "the file system is gone", [&] {
    return !node(1)
                .Execute("mountpoint -q /run/faultline-memory", Within(20s))
                .Succeeded();
  });
  Run(node(1), kHungry);
}

}  // namespace
}  // namespace faultline
