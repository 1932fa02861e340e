// T040 step 2: a member of a replicated store dies.
#include "faultline/testing/store_scenario.h"

namespace faultline {

using std::chrono_literals::operator""s;

namespace {

// A member of a cluster of three dies under load.
class MemberLoss : public StoreTest {
 protected:
  using StoreTest::StoreTest;

  // Returns the leader.
  Node& FormClusterUnderLoad() {
    FormCluster();
    Node& leader = store().WaitForLeader(Within(30s));
    term_ = store().Status(leader, Within(5s)).term;
    load_ = &StartLoad();
    ExpectProgress();
    return leader;
  }

  void ExpectProgress() { load_->WaitForAcknowledged(100, Within(30s)); }

  void ExpectElectionWithout(const Node& old_leader) {
    Node& leader = store().WaitForLeaderOtherThan(old_leader, Within(30s));
    EXPECT_GT(store().Status(leader, Within(5s)).term, term_);
    ExpectProgress();
  }

  void Rejoin(Node& member) {
    store().StartService(member, Within(20s));
    store().WaitForAgreement(Within(30s));
  }

  // No member named another leader or term than before the loss.
  void ExpectNoElection(const Node& leader) {
    for (const MemberObservation& seen : trace()) {
      if (seen.leader.empty()) continue;  // just started, not told yet
      EXPECT_EQ(seen.leader, leader.name()) << "as " << seen.node << " saw it";
      EXPECT_EQ(seen.term, term_) << "as " << seen.node << " saw it";
    }
  }

 private:
  std::uint64_t term_ = 0;
  Workload* load_ = nullptr;
};

}  // namespace

STORE_SCENARIO_F(MemberLoss, LeaderKilledMajorityElectsAndNodeRejoins) {
  Node& old_leader = FormClusterUnderLoad();

  RecordedFault cut(recorder(), "power cut", old_leader.name());
  old_leader.PowerCut();
  ExpectElectionWithout(old_leader);
  old_leader.Start(Within(60s));
  Rejoin(old_leader);
  cut.Healed();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(probes(), RecoversWithin(ElectionBound()));
}

STORE_SCENARIO_F(MemberLoss, LeaderProcessKilledMajorityElectsAndNodeRejoins) {
  Node& old_leader = FormClusterUnderLoad();

  RecordedFault killed(recorder(), "kill service", old_leader.name());
  store().KillService(old_leader, Within(10s));
  ExpectElectionWithout(old_leader);
  Rejoin(old_leader);
  killed.Healed();

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(probes(), RecoversWithin(ElectionBound()));
}

STORE_SCENARIO_F(MemberLoss, FollowerKilledCausesNoElection) {
  Node& leader = FormClusterUnderLoad();
  Node& follower = *followers(leader).at(0);

  RecordedFault killed(recorder(), "kill service", follower.name());
  store().KillService(follower, Within(10s));
  ExpectProgress();
  Rejoin(follower);
  killed.Healed();

  EXPECT_THAT(Judge(), Holds());
  ExpectNoElection(leader);
}

STORE_SCENARIO_F(MemberLoss, FollowerPowerCutCausesNoElection) {
  Node& leader = FormClusterUnderLoad();
  Node& follower = *followers(leader).at(0);

  RecordedFault cut(recorder(), "power cut", follower.name());
  follower.PowerCut();
  ExpectProgress();
  follower.Start(Within(60s));
  Rejoin(follower);
  cut.Healed();

  EXPECT_THAT(Judge(), Holds());
  ExpectNoElection(leader);
}

}  // namespace faultline
