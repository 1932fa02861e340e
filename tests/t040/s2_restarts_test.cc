// T040 step 2: members go and come back, one after the other, most at once, or
// for good.
#include "under_load.h"

namespace faultline {

using std::chrono_literals::operator""s;

namespace {

// Operations that began and were acknowledged between two times.
int AcknowledgedWithin(const History& history, std::int64_t from,
                       std::int64_t until) {
  int count = 0;
  for (const Operation& operation : history.operations)
    count += operation.outcome == Outcome::kOk && operation.invoked_ns > from &&
                     operation.completed_ns < until
                 ? 1
                 : 0;
  return count;
}

}  // namespace

STORE_SCENARIO_F(UnderLoad, NodeFailureKeepsDataConsistent) {
  FormClusterUnderLoad();

  for (Node* member : store().nodes()) {
    ActiveFault killed = Inject("process-kill", {member});
    ExpectProgress();
    HealAndAgree(killed);
  }

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, QuorumLostRefusesWritesAndRecovers) {
  Node& leader = FormClusterUnderLoad();
  Node& left = *followers(leader).at(0);

  ActiveFault lost = Inject("process-kill", {&leader, followers(leader).at(1)});
  const std::int64_t lost_at = recorder().Now();
  const auto asked = std::chrono::steady_clock::now();
  const StoreReply put = store().Connect(left)->Put("alone", "1", Within(3s));
  EXPECT_NE(put.outcome, Outcome::kOk);
  EXPECT_LT(std::chrono::steady_clock::now(), asked + 4s * TimeScale())
      << "the client hung: " << put.error;
  const std::int64_t healed_at = recorder().Now();
  HealAndAgree(lost);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecoveryAfterFaults(), Holds());
  EXPECT_EQ(AcknowledgedWithin(history(), lost_at, healed_at), 0)
      << "one member of three acknowledged operations by itself";
}

STORE_SCENARIO_F(UnderLoad, RollingRestartHasABoundedOutage) {
  FormClusterUnderLoad();

  ActiveFault restarted = Inject("rolling-restart", store().nodes());
  HealAndAgree(restarted);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, ClockJumpsAreHarmless) {
  Node& leader = FormClusterUnderLoad();

  for (const char* by : {"3600s", "-3600s"}) {
    ActiveFault jumped = Inject("clock-jump", {&leader}, {{"by", by}});
    ExpectProgress();
    HealAndAgree(jumped);
  }

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuity(), Holds());
  ExpectNoElection(leader);
}

STORE_SCENARIO_F(UnderLoad, MembershipChangedUnderFailure) {
  BootNodes(4);
  const std::vector<Node*> nodes = cluster().nodes();
  store().Form({nodes.begin(), nodes.begin() + 3}, Within(60s));
  Node& leader = PutUnderLoad();
  Node& dead = *followers(leader).at(0);
  Node& fresh = *nodes.at(3);

  Inject("power-cut", {&dead}).Abandon();
  for (const Member& member : membership().Members(leader, Within(10s))) {
    if (member.node == dead.name())
      membership().RemoveMember(member.id, leader, Within(20s));
  }
  membership().Join(fresh, leader, Within(90s));
  ExpectProgress();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuity(), Holds());
  EXPECT_EQ(membership().Members(leader, Within(10s)).size(), 3U);
}

}  // namespace faultline
