#pragma once

#include "faultline/base/eventually.h"
#include "faultline/testing/store_scenario.h"

namespace faultline {

// A formed cluster with load on it, from before a fault until after the
// recovery.
class UnderLoad : public StoreTest {
 protected:
  using StoreTest::StoreTest;

  // An outage that nothing bounds would never fail.
  void TearDown() override {
    if (!HasFailure() && !IsSkipped()) {
      EXPECT_TRUE(outages_judged()) << "this scenario bounds no outage";
    }
    StoreTest::TearDown();
  }

  // Returns the leader.
  Node& FormClusterUnderLoad(const WorkloadOptions& options = {}) {
    FormCluster();
    return PutUnderLoad(options);
  }

  Node& PutUnderLoad(const WorkloadOptions& options = {}) {
    using std::chrono_literals::operator""s;
    Node& leader = store().WaitForLeader(Within(30s));
    load_ = &StartLoad(options, Traffic());
    ExpectProgress();
    // Not before: a store may tell the term of what it applied last (etcd).
    term_ = store().Status(leader, Within(5s)).term;
    return leader;
  }

  // What the load's clients do; asked once, before they start.
  virtual StoreTraffic Traffic() { return {}; }

  void ExpectProgress() {
    using std::chrono_literals::operator""s;
    load_->WaitForAcknowledged(100, Within(30s));
  }

  void ExpectElectionWithout(const Node& old_leader) {
    using std::chrono_literals::operator""s;
    Node& leader = store().WaitForLeaderOtherThan(old_leader, Within(30s));
    ExpectProgress();
    EXPECT_GT(store().Status(leader, Within(5s)).term, term_);
  }

  // A member that does not hear its leader has stood for election meanwhile.
  void OutlastElection() {
    const std::int64_t until =
        recorder().Now() + store().election_timeout().count();
    Eventually(Deadline::After(2 * store().election_timeout()),
               "an election timeout has passed",
               [&] { return recorder().Now() > until; });
  }

  // Undoes it; then the members agree and the load goes on.
  void HealAndAgree(ActiveFault& fault) {
    using std::chrono_literals::operator""s;
    fault.Heal(Within(kHealLimit));
    fault.WaitForRecovery(Within(kHealLimit));
    store().WaitForAgreement(Within(30s));
    ExpectProgress();
  }

  // No member named another leader or term than before the fault.
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

}  // namespace faultline
