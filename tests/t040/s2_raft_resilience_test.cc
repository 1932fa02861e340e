// T040 step 2: a member of a replicated store dies.
#include "under_load.h"

namespace faultline {

using std::chrono_literals::operator""s;

STORE_SCENARIO_F(UnderLoad, LeaderKilledMajorityElectsAndNodeRejoins) {
  Node& old_leader = FormClusterUnderLoad();

  RecordedFault cut(recorder(), "power cut", old_leader.name());
  old_leader.PowerCut();
  ExpectElectionWithout(old_leader);
  old_leader.Start(Within(60s));
  Rejoin(old_leader);
  cut.Healed();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, LeaderProcessKilledMajorityElectsAndNodeRejoins) {
  Node& old_leader = FormClusterUnderLoad();

  RecordedFault killed(recorder(), "kill service", old_leader.name());
  store().KillService(old_leader, Within(10s));
  ExpectElectionWithout(old_leader);
  Rejoin(old_leader);
  killed.Healed();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, FollowerKilledCausesNoElection) {
  Node& leader = FormClusterUnderLoad();
  Node& follower = *followers(leader).at(0);

  RecordedFault killed(recorder(), "kill service", follower.name());
  store().KillService(follower, Within(10s));
  ExpectProgress();
  Rejoin(follower);
  killed.Healed();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuity(), Holds());
  ExpectNoElection(leader);
}

STORE_SCENARIO_F(UnderLoad, FollowerPowerCutCausesNoElection) {
  Node& leader = FormClusterUnderLoad();
  Node& follower = *followers(leader).at(0);

  RecordedFault cut(recorder(), "power cut", follower.name());
  follower.PowerCut();
  ExpectProgress();
  follower.Start(Within(60s));
  Rejoin(follower);
  cut.Healed();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeContinuity(), Holds());
  ExpectNoElection(leader);
}

}  // namespace faultline
