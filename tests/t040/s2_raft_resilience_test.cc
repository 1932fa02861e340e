// T040 step 2: a member of a replicated store dies.
#include "faultline/testing/store_scenario.h"

namespace faultline {

using std::chrono_literals::operator""s;

namespace {

// No member named another leader or term than these: no election happened.
void ExpectNoElection(const RaftTrace& trace, const Node& leader,
                      std::uint64_t term) {
  for (const MemberObservation& seen : trace) {
    if (seen.leader.empty()) continue;  // just started, not told yet
    EXPECT_EQ(seen.leader, leader.name()) << "as " << seen.node << " saw it";
    EXPECT_EQ(seen.term, term) << "as " << seen.node << " saw it";
  }
}

}  // namespace

STORE_SCENARIO(LeaderKilledMajorityElectsAndNodeRejoins) {
  FormCluster();
  Node& old_leader = store().WaitForLeader(Within(30s));
  const std::uint64_t old_term = store().Status(old_leader, Within(5s)).term;
  Workload& load = StartLoad();
  load.WaitForAcknowledged(100, Within(30s));

  RecordedFault cut(recorder(), "power cut", old_leader.name());
  old_leader.PowerCut();
  Node& new_leader = store().WaitForLeaderOtherThan(old_leader, Within(30s));
  EXPECT_GT(store().Status(new_leader, Within(5s)).term, old_term);
  load.WaitForAcknowledged(100, Within(30s));

  old_leader.Start(Within(60s));
  store().StartService(old_leader, Within(20s));
  store().WaitForAgreement(Within(30s));
  cut.Healed();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(probes(), RecoversWithin(ElectionBound()));
}

STORE_SCENARIO(LeaderProcessKilledMajorityElectsAndNodeRejoins) {
  FormCluster();
  Node& old_leader = store().WaitForLeader(Within(30s));
  const std::uint64_t old_term = store().Status(old_leader, Within(5s)).term;
  Workload& load = StartLoad();
  load.WaitForAcknowledged(100, Within(30s));

  RecordedFault killed(recorder(), "kill service", old_leader.name());
  store().KillService(old_leader, Within(10s));
  Node& new_leader = store().WaitForLeaderOtherThan(old_leader, Within(30s));
  EXPECT_GT(store().Status(new_leader, Within(5s)).term, old_term);
  load.WaitForAcknowledged(100, Within(30s));

  store().StartService(old_leader, Within(20s));
  store().WaitForAgreement(Within(30s));
  killed.Healed();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(probes(), RecoversWithin(ElectionBound()));
}

STORE_SCENARIO(FollowerKilledCausesNoElection) {
  FormCluster();
  Node& leader = store().WaitForLeader(Within(30s));
  const std::uint64_t term = store().Status(leader, Within(5s)).term;
  Node& follower = *followers(leader).at(0);
  Workload& load = StartLoad();
  load.WaitForAcknowledged(100, Within(30s));

  RecordedFault killed(recorder(), "kill service", follower.name());
  store().KillService(follower, Within(10s));
  load.WaitForAcknowledged(100, Within(30s));
  store().StartService(follower, Within(20s));
  store().WaitForAgreement(Within(30s));
  killed.Healed();

  EXPECT_THAT(Judge(), Holds());
  ExpectNoElection(trace(), leader, term);
}

STORE_SCENARIO(FollowerPowerCutCausesNoElection) {
  FormCluster();
  Node& leader = store().WaitForLeader(Within(30s));
  const std::uint64_t term = store().Status(leader, Within(5s)).term;
  Node& follower = *followers(leader).at(0);
  Workload& load = StartLoad();
  load.WaitForAcknowledged(100, Within(30s));

  RecordedFault cut(recorder(), "power cut", follower.name());
  follower.PowerCut();
  load.WaitForAcknowledged(100, Within(30s));
  follower.Start(Within(60s));
  store().StartService(follower, Within(20s));
  store().WaitForAgreement(Within(30s));
  cut.Healed();

  EXPECT_THAT(Judge(), Holds());
  ExpectNoElection(trace(), leader, term);
}

}  // namespace faultline
