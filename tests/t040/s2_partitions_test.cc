// T040 step 2: the network between the members breaks, by the switch, by
// filters inside the guests and by a cable.
#include "under_load.h"

namespace faultline {

STORE_SCENARIO_F(UnderLoad, LeaderIsolatedMajorityElects) {
  Node& old_leader = FormClusterUnderLoad();

  ActiveFault isolated = Inject("isolate", {&old_leader});
  ExpectElectionWithout(old_leader);
  HealAndAgree(isolated);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, LeaderIsolatedByFiltersMajorityElects) {
  Node& old_leader = FormClusterUnderLoad();
  const std::vector<Node*> others = followers(old_leader);

  ActiveFault first = Inject("pair-cut", {&old_leader, others.at(0)});
  ActiveFault second = Inject("pair-cut", {&old_leader, others.at(1)});
  ExpectElectionWithout(old_leader);
  first.Heal(Within(kHealLimit));
  HealAndAgree(second);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, MinorityPartitionedMajorityGoesOn) {
  Node& leader = FormClusterUnderLoad();

  ActiveFault apart = Inject("majority-minority", {followers(leader).at(0)});
  OutlastElection();
  ExpectProgress();
  HealAndAgree(apart);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuityWithAReturn(history().faults.at(0).end_ns),
              Holds());
}

STORE_SCENARIO_F(UnderLoad, OneWayCutFromTheLeaderIsSurvived) {
  Node& leader = FormClusterUnderLoad();

  ActiveFault cut = Inject("one-way-cut", {&leader, followers(leader).at(0)});
  OutlastElection();
  ExpectProgress();
  HealAndAgree(cut);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuityWithAReturn(history().faults.at(0).begin_ns),
              Holds());
}

STORE_SCENARIO_F(UnderLoad, BridgeNodeKeepsTheClusterGoing) {
  Node& leader = FormClusterUnderLoad();
  const std::vector<Node*> others = followers(leader);

  // A follower is all that connects the other two.
  ActiveFault cut = Inject("pair-cut", {&leader, others.at(0)});
  OutlastElection();
  ExpectProgress();
  HealAndAgree(cut);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuityWithAReturn(history().faults.at(0).begin_ns),
              Holds());
}

STORE_SCENARIO_F(UnderLoad, FlappingLinkIsSurvived) {
  Node& leader = FormClusterUnderLoad();

  ActiveFault flapping = Inject("flapping", {followers(leader).at(0)});
  ExpectProgress();
  ExpectProgress();
  HealAndAgree(flapping);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuityWithShortCuts(), Holds());
}

STORE_SCENARIO_F(UnderLoad, SlowNetworkOfOneNodeIsSurvived) {
  Node& leader = FormClusterUnderLoad();

  ActiveFault slow =
      Inject("delay", {&leader}, {{"delay", "150ms"}, {"jitter", "50ms"}});
  ExpectProgress();
  HealAndAgree(slow);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, SlowCableOfOneNodeIsSurvived) {
  Node& leader = FormClusterUnderLoad();

  ActiveFault slow =
      Inject("cable-delay", {followers(leader).at(0)},
             {{"delay", "150ms"}, {"jitter", "50ms"}, {"direction", "both"}});
  ExpectProgress();
  HealAndAgree(slow);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuity(), Holds());
}

STORE_SCENARIO_F(UnderLoad, LossyNetworkOfOneNodeIsSurvived) {
  Node& leader = FormClusterUnderLoad();

  ActiveFault lossy = Inject("loss", {&leader}, {{"share", "20%"}});
  ExpectProgress();
  HealAndAgree(lossy);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

}  // namespace faultline
