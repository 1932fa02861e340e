// T040 step 2: the disk under one member fills up, fails, or slows down; and
// all disks lose what was not flushed.
#include "under_load.h"

namespace faultline {

STORE_SCENARIO_F(UnderLoad, DiskFullOfTheLeaderIsSurvived) {
  Node& leader = FormClusterUnderLoad();

  ScenarioFault full = Inject("disk-full", {&leader});
  ExpectProgress();
  HealAndAgree(full);

  EXPECT_THAT(Judge(), Holds());
}

STORE_SCENARIO_F(UnderLoad, DiskErrorsOfTheLeaderAreSurvived) {
  Node& leader = FormClusterUnderLoad();

  ScenarioFault errors = Inject("disk-errors", {&leader});
  ExpectElectionWithout(leader);
  HealAndAgree(errors);

  EXPECT_THAT(Judge(), Holds());
}

STORE_SCENARIO_F(UnderLoad, DiskErrorsOfAFollowerAreSurvived) {
  Node& leader = FormClusterUnderLoad();

  ScenarioFault errors = Inject("disk-errors", {followers(leader).at(0)});
  ExpectProgress();
  HealAndAgree(errors);

  EXPECT_THAT(Judge(), Holds());
  ExpectNoElection(leader);
}

STORE_SCENARIO_F(UnderLoad, SlowDiskOfTheLeaderIsSurvived) {
  Node& leader = FormClusterUnderLoad();

  ScenarioFault slow = Inject("disk-slow", {&leader});
  ExpectProgress();
  HealAndAgree(slow);

  EXPECT_THAT(Judge(), Holds());
}

STORE_SCENARIO_F(UnderLoad, SlowDiskOfAFollowerHoldsUpNobody) {
  Node& leader = FormClusterUnderLoad();

  ScenarioFault slow = Inject("disk-slow", {followers(leader).at(0)});
  ExpectProgress();
  HealAndAgree(slow);

  EXPECT_THAT(Judge(), Holds());
  ExpectNoElection(leader);
}

STORE_SCENARIO_F(UnderLoad, StalledDiskOfAFollowerIsSurvived) {
  Node& leader = FormClusterUnderLoad();

  ScenarioFault stalled = Inject("disk-stalled", {followers(leader).at(0)});
  ExpectProgress();
  HealAndAgree(stalled);

  EXPECT_THAT(Judge(), Holds());
}

STORE_SCENARIO_F(UnderLoad, PowerCutOfAllLosesNoAcknowledgedWrite) {
  FormClusterUnderLoad();

  ScenarioFault dark = Inject("power-cut-unflushed", store().nodes());
  HealAndAgree(dark);

  EXPECT_THAT(Judge(), Holds());
}

STORE_SCENARIO_F(UnderLoad, PowerCutOfAllTearsNoAcknowledgedWrite) {
  FormClusterUnderLoad();

  const std::string seed = std::to_string(run().seed % 1'000'000'000);
  ScenarioFault dark = Inject("power-cut-unflushed", store().nodes(),
                              {{"keep", "torn"}, {"seed", seed}});
  HealAndAgree(dark);

  EXPECT_THAT(Judge(), Holds());
}

}  // namespace faultline
