#include <set>

#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

class ProcessFaults : public FaultTest {
 protected:
  std::string EtcdPids() {
    return node(1).Execute("pgrep -x etcd", Within(20s)).standard_output;
  }
};

TEST_F(ProcessFaults, KilledServiceIsGoneUntilHealed) {
  FormCluster(1);
  const std::string first = EtcdPids();
  ASSERT_EQ(Put(node(1)).outcome, Outcome::kOk);

  ActiveFault killed = Inject("process-kill", {&node(1)});
  EXPECT_EQ(EtcdPids(), "");
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kFail);
  EXPECT_THROW(Inject("process-kill", {&node(1)}), NoEffectError);

  killed.Heal(Within(20s));
  killed.WaitForRecovery(Within(30s));
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
  EXPECT_NE(EtcdPids(), first);
}

TEST_F(ProcessFaults, TerminatedServiceEndsInOrder) {
  FormCluster(1);
  {
    const ActiveFault ended = Inject("process-terminate", {&node(1)});
    EXPECT_EQ(EtcdPids(), "");
    EXPECT_EQ(Run(node(1), "systemctl show --property=Result --value " +
                               store().units(node(1)).front()),
              "success\n");
  }
  store().WaitForAgreement(Within(30s));
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
}

TEST_F(ProcessFaults, PausedServiceIsSilentAndGoesOnAsTheSameProcess) {
  FormCluster(1);
  const std::string pid = EtcdPids();
  const auto client = store().Connect(node(1));
  ASSERT_EQ(client->Put("key", "first", Within(5s)).outcome, Outcome::kOk);

  ActiveFault paused = Inject("process-pause", {&node(1)});
  EXPECT_EQ(client->Put("key", "second", Within(2s)).outcome, Outcome::kUnknown)
      << "its kernel takes the request, nobody answers";
  EXPECT_EQ(EtcdPids(), pid);

  paused.Heal(Within(20s));
  paused.WaitForRecovery(Within(30s));
  paused.Heal(Within(20s));
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
  EXPECT_EQ(EtcdPids(), pid);
}

TEST_F(ProcessFaults, RestartLoopMakesANewProcessAgainAndAgain) {
  FormCluster(1);
  std::set<std::string> pids = {EtcdPids()};
  ActiveFault loop = Inject("process-restart-loop", {&node(1)});
  Eventually(Within(30s), "three more processes", [&] {
    if (const std::string pid = EtcdPids(); !pid.empty()) pids.insert(pid);
    return pids.size() >= 4;
  });

  loop.Heal(Within(20s));
  loop.WaitForRecovery(Within(30s));
  const std::string last = EtcdPids();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk) << i;
  EXPECT_EQ(EtcdPids(), last);
}

TEST_F(ProcessFaults, CrashedServiceIsStartedAgainByItsSupervisor) {
  FormCluster(1);
  const std::string unit = store().units(node(1)).front();
  const std::string first = EtcdPids();

  ActiveFault crashed = Inject("process-crash", {&node(1)}, {{"times", "2"}});
  Eventually(Within(30s), "it serves by itself",
             [&] { return Put(node(1)).outcome == Outcome::kOk; });
  EXPECT_NE(EtcdPids(), first);
  EXPECT_EQ(Run(node(1), "systemctl show --property=NRestarts --value " + unit),
            "2\n");

  crashed.Heal(Within(20s));
  crashed.WaitForRecovery(Within(30s));
  EXPECT_EQ(Run(node(1), "systemctl show --property=Restart --value " + unit),
            "no\n");
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
}

TEST_F(ProcessFaults, CrashesBeyondTheStartLimitAreGivenUp) {
  FormCluster(1);
  const std::string unit = store().units(node(1)).front();
  ActiveFault crashed =
      Inject("process-crash", {&node(1)},
             {{"times", "20"}, {"starts", "2"}, {"interval", "600s"}});
  EXPECT_EQ(EtcdPids(), "");
  EXPECT_EQ(Run(node(1), "systemctl show --property=Result --value " + unit),
            "start-limit-hit\n");

  crashed.Heal(Within(20s));
  crashed.WaitForRecovery(Within(30s));
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
}

TEST_F(ProcessFaults, HealingWhenTheNodeIsGoneIsNoError) {
  FormCluster(1);
  ActiveFault paused = Inject("process-pause", {&node(1)});
  node(1).PowerCut();
  EXPECT_NO_THROW(paused.Heal(Within(5s)));
}

}  // namespace
}  // namespace faultline
