// The manager goes away and comes back: its machines go on, and what it says of
// them afterwards is true.
#include "plasmavmc.h"

namespace faultline {
namespace {

constexpr char kVm[] = "ticker";
constexpr auto kManagerIsBack = 30s;

const VmPromises kNobodyRestarts{
    .silence_limit_ns = Duration(std::chrono::seconds(30)).count()};

std::vector<VmSpec> ThreeVms() {
  std::vector<VmSpec> vms;
  for (const char* name : {"started", "stopped", "crashed"})
    vms.push_back({.name = name,
                   .disk = std::string("lun-") + name,
                   .channel = std::string("ticks.") + name});
  return vms;
}

SERVICE_TEST_F(PlasmaVMC, ManagerKilledVmsKeepRunning) {
  // Given a machine that runs,
  FormLibvirtWithVms({});
  manager().StartVm(host(1), kVm, Within(30s));
  WaitForTicks(2, Within(30s));
  // when its manager is killed,
  ActiveFault killed = Inject("process-kill", {&host(1)});
  EXPECT_FALSE(service().Answers(host(1), Within(5s)));
  // then it counts on meanwhile,
  EXPECT_EQ(WaitForTicks(6, Within(30s)).boot, 1U);
  // and the manager that comes back knows that it runs, and obeys.
  killed.Heal(Within(kHealLimit));
  killed.WaitForRecovery(Within(kManagerIsBack));
  EXPECT_EQ(StateOn(host(1)).state, VmState::kRunning);
  EXPECT_EQ(WaitForTicks(2, Within(30s)).boot, 1U);
  manager().Destroy(host(1), kVm, Within(20s));
  EXPECT_THAT(JudgeVmRun(kNobodyRestarts), Holds());
}

// Nobody starts a machine of libvirt's without libvirt: what can change
// meanwhile is that machines end.
SERVICE_TEST_F(PlasmaVMC, ManagerRestartReconcilesState) {
  // Given three machines that run,
  FormLibvirtWithVms({.vms = ThreeVms()});
  for (const VmSpec& vm : ThreeVms())
    manager().StartVm(host(1), vm.name, Within(30s));
  for (const VmSpec& vm : ThreeVms())
    WaitForTicks(2, Within(30s), &host(1), vm.name);
  // when one ends in order and one crashes while the manager is away,
  ActiveFault killed = Inject("process-kill", {&host(1)});
  manager().KillVm(host(1), "stopped", Within(20s), "TERM");
  manager().KillVm(host(1), "crashed", Within(20s));
  WaitForSilence(3s, Within(20s), "stopped");
  WaitForSilence(3s, Within(20s), "crashed");
  WaitForTicks(2, Within(20s), &host(1), "started");
  killed.Heal(Within(kHealLimit));
  killed.WaitForRecovery(Within(kManagerIsBack));
  // then the manager says of each what is true, within its deadline.
  manager().WaitForState(host(1), "started", VmState::kRunning, Within(20s));
  manager().WaitForState(host(1), "stopped", VmState::kCrashed, Within(20s));
  manager().WaitForState(host(1), "crashed", VmState::kCrashed, Within(20s));
  EXPECT_THAT(JudgeVmRun(kNobodyRestarts), Holds());
}

SERVICE_TEST_F(PlasmaVMC, VmProcessKilledIsReported) {
  // Given a machine that runs, under a manager without a restart policy,
  FormLibvirtWithVms({});
  EXPECT_FALSE(manager().capabilities().contains(capability::kVmRestart));
  manager().StartVm(host(1), kVm, Within(30s));
  WaitForTicks(2, Within(30s));
  // when its process is killed,
  manager().KillVm(host(1), kVm, Within(20s));
  // then the manager says so, by its state and by an event,
  manager().WaitForState(host(1), kVm, VmState::kCrashed, Within(10s));
  EXPECT_THAT(manager().Events(host(1), Within(10s)),
              testing::Contains(VmEvent{kVm, "Stopped Failed"}));
  // and leaves it alone,
  WaitForSilence(5s, Within(20s));
  // until it is asked to start it again.
  manager().StartVm(host(1), kVm, Within(30s));
  EXPECT_EQ(WaitForTicks(2, Within(30s)).boot, 2U);
  EXPECT_THAT(JudgeVmRun(kNobodyRestarts), Holds());
}

}  // namespace
}  // namespace faultline
