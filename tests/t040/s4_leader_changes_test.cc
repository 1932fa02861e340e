// T040 step 4: clients go on through changes of the leader.
#include "under_load.h"

namespace faultline {

STORE_SCENARIO_F(UnderLoad, ClientsGoOnThroughLeaderChanges) {
  Node* leader = &FormClusterUnderLoad();

  for (int change = 0; change < 3; ++change) {
    ActiveFault killed = Inject("process-kill", {leader});
    ExpectElectionWithout(*leader);
    HealAndAgree(killed);
    leader = &store().WaitForLeader(Within(kHealLimit));
  }

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

}  // namespace faultline
