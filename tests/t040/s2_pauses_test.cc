// T040 step 2: a leader stops for longer than the election timeout and goes on
// as if nothing had happened. Its clients read through it all the time: a stale
// answer would be in the history.
#include "under_load.h"

namespace faultline {

STORE_SCENARIO_F(UnderLoad, LeaderProcessPausedStepsDownWhenItGoesOn) {
  Node& old_leader = FormClusterUnderLoad();

  ActiveFault paused = Inject("process-pause", {&old_leader});
  ExpectElectionWithout(old_leader);
  HealAndAgree(paused);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderLoad, LeaderVmFrozenStepsDownWhenItGoesOn) {
  Node& old_leader = FormClusterUnderLoad();

  ActiveFault frozen = Inject("freeze", {&old_leader});
  ExpectElectionWithout(old_leader);
  HealAndAgree(frozen);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

}  // namespace faultline
