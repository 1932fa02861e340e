// What the manager says of a machine is what the machine's own ticks say.
#include "plasmavmc.h"

namespace faultline {
namespace {

constexpr char kVm[] = "ticker";

SERVICE_TEST_F(PlasmaVMC, VmLifecycle) {
  // Given a host on which a machine is defined and off,
  FormLibvirt({});
  Node& host1 = host(1);
  manager().Define(host1, {}, Within(30s));
  EXPECT_EQ(StateOn(host1).state, VmState::kOff);
  // when it is started, it counts;
  manager().StartVm(host1, kVm, Within(30s));
  const VmTick first = WaitForTicks(3, Within(30s));
  EXPECT_EQ(first.boot, 1U);
  EXPECT_EQ(StateOn(host1).state, VmState::kRunning);
  // suspended, it stands still;
  manager().Suspend(host1, kVm, Within(20s));
  WaitForSilence(2s, Within(10s));
  const VmTick suspended = LastTick();
  EXPECT_EQ(StateOn(host1).state, VmState::kPaused);
  // resumed, it goes on where it was;
  manager().Continue(host1, kVm, Within(20s));
  const VmTick resumed = WaitForTicks(1, Within(20s));
  EXPECT_EQ(resumed.boot, 1U);
  EXPECT_LE(suspended.count, resumed.count);
  EXPECT_EQ(StateOn(host1).state, VmState::kRunning);
  // shut down, it ends by itself;
  manager().ShutDown(host1, kVm, Within(30s));
  EXPECT_EQ(StateOn(host1), (VmStatus{VmState::kOff, "shutdown"}));
  WaitForSilence(2s, Within(10s));
  // started again, it boots a second time;
  manager().StartVm(host1, kVm, Within(30s));
  EXPECT_EQ(WaitForTicks(2, Within(30s)).boot, 2U);
  // destroyed, it is off at once;
  manager().Destroy(host1, kVm, Within(20s));
  EXPECT_EQ(StateOn(host1), (VmStatus{VmState::kOff, "destroyed"}));
  WaitForSilence(2s, Within(10s));
  // and undefined, nobody knows it.
  manager().Undefine(host1, kVm, Within(20s));
  EXPECT_EQ(StateOn(host1).state, VmState::kUndefined);
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(Scaled(12s)).count()}),
              Holds());
}

}  // namespace
}  // namespace faultline
