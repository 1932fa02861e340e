// Fencing when its controller does not help, and hosts that are cut off in
// other ways than all at once.
#include <algorithm>

#include "faultline/base/eventually.h"
#include "plasmavmc.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::HasSubstr;

// From the last tick on the failed host to the first one elsewhere.
VmPromises Failover(std::vector<Downtime> downtimes = {}) {
  return {.silence_limit_ns = Duration(Scaled(40s)).count(),
          .restarts = true,
          .fenced = true,
          .downtimes = std::move(downtimes)};
}

SERVICE_TEST_F(PlasmaVMC, RefusingFenceControllerMeansNoRestart) {
  // Given three hosts, a machine, and a power controller that refuses,
  FormPacemaker();
  Node& failed = StartInTheCluster();
  power().Set(PowerController::Mode::kRefuse);
  // when the machine's host loses its power,
  const std::int64_t lost = vm_recorder().Now();
  ActiveFault cut = Inject("power-cut", {&failed});
  // then it is asked, and nobody starts the machine,
  Eventually(Within(60s), "a fence that is refused", [&] {
    return std::ranges::any_of(
        vm_recorder().Snapshot().fences, [&](const FenceRequest& fence) {
          return fence.host == failed.name() && fence.action == "off" &&
                 fence.answer == "refused";
        });
  });
  WaitForSilence(Scaled(15s), Within(40s));
  EXPECT_EQ(LastTick().boot, 1U);
  // until it obeys.
  const std::int64_t obeys = vm_recorder().Now();
  power().Set(PowerController::Mode::kObey);
  EXPECT_EQ(WaitForTicksElsewhere(failed, Within(90s)).boot, 2U);
  WaitForTicks(4, Within(30s));
  cut.Abandon();
  EXPECT_THAT(JudgeVmRun(Failover({{lost, obeys}})), Holds());
}

// No cluster can see this: what the judge is for.
SERVICE_TEST_F(PlasmaVMC, LyingFenceControllerIsSeenToRunTheVmTwice) {
  // Given three hosts, a machine, and a controller that says "done" and does
  // nothing,
  FormPacemaker();
  Node& apart = StartInTheCluster();
  power().Set(PowerController::Mode::kLie);
  // when the machine's host no longer hears the others,
  ActiveFault cut = Inject("isolate", {&apart});
  WaitForTicksElsewhere(apart, Within(90s));
  WaitForTicks(3, Within(30s), &apart);
  // then it runs on both sides, and the answer is named as what it was.
  const Verdict verdict = JudgeVmRun(Failover());
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.evidence,
              Contains(HasSubstr("ticker runs at most once")));
}

SERVICE_TEST_F(PlasmaVMC, HostThatNobodyHearsNeverRunsTheVmTwice) {
  // Given three hosts and a machine on one of them,
  FormPacemaker();
  Node& mute = StartInTheCluster();
  // when it hears the others, and they do not hear it,
  const std::int64_t broken = vm_recorder().Now();
  std::vector<ActiveFault> cuts;
  for (Node* node : cluster().nodes())
    if (node != &mute) cuts.push_back(Inject("one-way-cut", {&mute, node}));
  // then it is fenced before the machine starts elsewhere.
  EXPECT_EQ(WaitForTicksElsewhere(mute, Within(90s)).boot, 2U);
  WaitForTicks(4, Within(30s));
  RecordFailover(broken, mute);
  for (ActiveFault& cut : cuts) cut.Abandon();
  EXPECT_THAT(JudgeVmRun(Failover()), Holds());
}

SERVICE_TEST_F(PlasmaVMC, FlappingHostNeverRunsTheVmTwice) {
  // Given three hosts and a machine on one of them,
  FormPacemaker();
  Node& flapping = StartInTheCluster();
  // when its link comes and goes, and stays at last,
  ActiveFault link = Inject("flapping", {&flapping});
  WaitForTicks(20, Within(120s));
  link.Heal(Within(kHealLimit));
  // then the machine runs somewhere, once.
  WaitForTicks(4, Within(120s));
  EXPECT_THAT(JudgeVmRun(Failover()), Holds());
}

SERVICE_TEST_F(PlasmaVMC, HostsWithoutAMajorityRunNothing) {
  // Given three hosts and a machine on one of them,
  FormPacemaker();
  StartInTheCluster();
  // when no host hears another,
  const std::int64_t apart = vm_recorder().Now();
  std::vector<ActiveFault> cuts;
  for (Node* node : cluster().nodes())
    cuts.push_back(Inject("isolate", {node}));
  // then none of them runs it, and none fences another;
  WaitForSilence(Scaled(15s), Within(120s));
  EXPECT_EQ(LastTick().boot, 1U);
  // and once they hear each other it runs, once.
  for (ActiveFault& cut : cuts) cut.Heal(Within(kHealLimit));
  const std::int64_t together = vm_recorder().Now();
  WaitForTicks(4, Within(180s));
  VmPromises promises = Failover({{apart, together}});
  promises.silence_limit_ns = Duration(Scaled(120s)).count();
  promises.fenced = false;  // it was shut down in order
  EXPECT_THAT(JudgeVmRun(promises), Holds());
}

SERVICE_TEST_F(PlasmaVMC, ManagerOfTheControllerKilledTheVmRunsOn) {
  // Given three hosts and a machine,
  FormPacemaker();
  StartInTheCluster();
  // when the cluster's software dies on the host that decides,
  const std::string controller = pacemaker().Controller(host(1), Within(20s));
  const std::vector<Node*> hosts = cluster().nodes();
  Node& decides = **std::ranges::find_if(
      hosts, [&](const Node* node) { return node->name() == controller; });
  ActiveFault killed = Inject("process-kill", {&decides});
  // then another one decides, and the machine runs, once.
  Node& other = &decides == &host(1) ? host(2) : host(1);
  Eventually(Within(90s), "another host that decides", [&](LastSeen& seen) {
    seen.Set(pacemaker().Controller(other, Within(20s)));
    return seen.text() != "" && seen.text() != controller;
  });
  WaitForTicks(6, Within(120s));
  killed.Abandon();
  EXPECT_THAT(JudgeVmRun(Failover()), Holds());
}

}  // namespace
}  // namespace faultline
