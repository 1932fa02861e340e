// A host fails, and what ran on it runs on another one, exactly once.
#include "faultline/base/eventually.h"
#include "plasmavmc.h"

namespace faultline {
namespace {

constexpr char kVm[] = "ticker";

// From the last tick on the failed host to the first one elsewhere.
VmPromises Failover(std::vector<Downtime> downtimes = {}) {
  return {.silence_limit_ns = Duration(Scaled(40s)).count(),
          .restarts = true,
          .fenced = true,
          .downtimes = std::move(downtimes)};
}

SERVICE_TEST_F(PlasmaVMC, HostFailureRestartsVmElsewhere) {
  // Given three hosts and a machine on one of them,
  FormPacemaker();
  Node& failed = StartInTheCluster();
  // when that one loses its power,
  const std::int64_t broken = vm_recorder().Now();
  ActiveFault cut = Inject("power-cut", {&failed});
  // then it is fenced, and the machine boots on another host.
  EXPECT_EQ(WaitForTicksElsewhere(failed, Within(60s)).boot, 2U);
  WaitForTicks(4, Within(30s));
  RecordFailover(broken, failed);
  cut.Abandon();
  EXPECT_THAT(JudgeVmRun(Failover()), Holds());
}

SERVICE_TEST_F(PlasmaVMC, PartitionedHostNeverRunsTheVmTwice) {
  // Given three hosts and a machine on one of them,
  FormPacemaker();
  Node& apart = StartInTheCluster();
  // when that one no longer hears the others, and runs on,
  const std::int64_t broken = vm_recorder().Now();
  ActiveFault cut = Inject("isolate", {&apart});
  // then they turn it off before they start the machine.
  EXPECT_EQ(WaitForTicksElsewhere(apart, Within(60s)).boot, 2U);
  WaitForTicks(4, Within(30s));
  EXPECT_FALSE(apart.Running());
  RecordFailover(broken, apart);
  cut.Heal(Within(kHealLimit));
  EXPECT_THAT(JudgeVmRun(Failover()), Holds());
}

SERVICE_TEST_F(PlasmaVMC, FrozenHostIsFencedAndNeverWakesWithTheVm) {
  // Given three hosts and a machine on one of them,
  FormPacemaker();
  Node& frozen = StartInTheCluster();
  // when that one stands still for longer than the others wait,
  const std::int64_t broken = vm_recorder().Now();
  ActiveFault stopped = Inject("freeze", {&frozen});
  EXPECT_EQ(WaitForTicksElsewhere(frozen, Within(60s)).boot, 2U);
  RecordFailover(broken, frozen);
  // and is let go on, then there is nothing left that could.
  stopped.Heal(Within(kHealLimit));
  EXPECT_FALSE(frozen.Running());
  WaitForTicks(6, Within(30s));
  EXPECT_THAT(JudgeVmRun(Failover()), Holds());
}

SERVICE_TEST_F(PlasmaVMC, UnreachableFenceControllerMeansNoRestart) {
  // Given three hosts, a machine, and a power controller that answers nobody,
  FormPacemaker();
  Node& failed = StartInTheCluster();
  power().Set(PowerController::Mode::kHang);
  // when the machine's host loses its power,
  const std::int64_t lost = vm_recorder().Now();
  ActiveFault cut = Inject("power-cut", {&failed});
  // then nobody starts it, although nothing else stands in the way,
  WaitForSilence(Scaled(20s), Within(40s));
  EXPECT_EQ(LastTick().boot, 1U);
  // until the controller answers again.
  const std::int64_t answers = vm_recorder().Now();
  power().Set(PowerController::Mode::kObey);
  EXPECT_EQ(WaitForTicksElsewhere(failed, Within(90s)).boot, 2U);
  WaitForTicks(4, Within(30s));
  cut.Abandon();
  EXPECT_THAT(JudgeVmRun(Failover({{lost, answers}})), Holds());
}

SERVICE_TEST_F(PlasmaVMC, PowerCutOfAllHostsBringsTheVmBackOnce) {
  // Given three hosts and a machine on one of them,
  FormPacemaker();
  StartInTheCluster();
  // when all of them lose their power and are started again,
  const std::int64_t lost = vm_recorder().Now();
  {
    std::vector<ActiveFault> cuts;
    for (Node* node : cluster().nodes())
      cuts.push_back(Inject("power-cut", {node}));
    for (ActiveFault& cut : cuts) cut.Heal(Within(kHealLimit));
  }
  const std::int64_t back = vm_recorder().Now();
  // then the machine is back, once.
  WaitForTicks(4, Within(120s));
  VmPromises promises = Failover({{lost, back}});
  promises.silence_limit_ns = Duration(Scaled(120s)).count();
  promises.fenced = false;  // all were off
  EXPECT_THAT(JudgeVmRun(promises), Holds());
}

SERVICE_TEST_F(PlasmaVMC, VmProcessKilledIsRestartedByPolicy) {
  // Given a cluster that restarts what ends,
  FormPacemaker();
  Node& its_host = StartInTheCluster();
  // when the machine's process is killed, then it is started again.
  manager().KillVm(its_host, kVm, Within(20s));
  Eventually(Within(60s), "a second boot",
             [&] { return LastTick().boot == 2; });
  WaitForTicks(3, Within(30s));
  EXPECT_THAT(JudgeVmRun(Failover()), Holds());
}

// The control: what the invariant is good for.
SERVICE_TEST_F(PlasmaVMC, WithoutFencingAPartitionRunsTheVmTwice) {
  // Given a cluster that cuts nobody's power and asks for no majority,
  FormPacemaker({.fencing = false});
  Node& apart = StartInTheCluster();
  // when the machine's host no longer hears the others,
  ActiveFault cut = Inject("isolate", {&apart});
  WaitForTicksElsewhere(apart, Within(60s));
  WaitForTicks(4, Within(30s), &apart);
  // then it runs on both sides, and this is what the judge says.
  const Verdict verdict = JudgeVmRun(Failover());
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.evidence,
              testing::Contains(testing::AllOf(
                  testing::HasSubstr("ticker runs at most once"),
                  testing::HasSubstr("no fence of " + apart.name()))));
}

}  // namespace
}  // namespace faultline
