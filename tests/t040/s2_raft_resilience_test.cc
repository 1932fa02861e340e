// T040 step 2: a member of a replicated store dies.
#include "under_load.h"

namespace faultline {

STORE_SCENARIO_F(UnderLoad, LeaderKilledMajorityElectsAndNodeRejoins) {
  Node& old_leader = FormClusterUnderLoad();

  ActiveFault cut = Inject("power-cut", {&old_leader});
  ExpectElectionWithout(old_leader);
  HealAndAgree(cut);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, LeaderProcessKilledMajorityElectsAndNodeRejoins) {
  Node& old_leader = FormClusterUnderLoad();

  ActiveFault killed = Inject("process-kill", {&old_leader});
  ExpectElectionWithout(old_leader);
  HealAndAgree(killed);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, FollowerKilledCausesNoElection) {
  Node& leader = FormClusterUnderLoad();
  Node& follower = *followers(leader).at(0);

  ActiveFault killed = Inject("process-kill", {&follower});
  ExpectProgress();
  HealAndAgree(killed);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuity(), Holds());
  ExpectNoElection(leader);
}

STORE_SCENARIO_F(UnderLoad, FollowerPowerCutCausesNoElection) {
  Node& leader = FormClusterUnderLoad();
  Node& follower = *followers(leader).at(0);

  ActiveFault cut = Inject("power-cut", {&follower});
  ExpectProgress();
  HealAndAgree(cut);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuity(), Holds());
  ExpectNoElection(leader);
}

}  // namespace faultline
