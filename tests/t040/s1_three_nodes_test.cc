// T040 step 1: three members form a cluster and replicate.
#include "faultline/base/eventually.h"
#include "faultline/check/durability.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/testing/store_scenario.h"

namespace faultline {

using std::chrono_literals::operator""s;

STORE_SUITE_SCENARIO(ThreeNodes, ClusterFormsAndStaysStable) {
  FormCluster();
  Node& leader = store().WaitForLeader(Within(30s));
  store().WaitForAgreement(Within(30s));
  const std::uint64_t term = store().Status(leader, Within(5s)).term;

  StartLoad({.clients = 1, .pause = 1s}).WaitForAcknowledged(1, Within(20s));
  const auto quiet = 20 * store().election_timeout();
  Eventually(Deadline::After(2 * quiet), "20 election timeouts have passed",
             [&] { return recorder().Now() > quiet.count(); });

  EXPECT_THAT(Judge(), Holds());
  for (const MemberObservation& seen : trace()) {
    EXPECT_EQ(seen.term, term) << seen.node << " saw an election";
    EXPECT_EQ(seen.leader, leader.name()) << "as " << seen.node << " saw it";
  }
}

STORE_SUITE_SCENARIO(ThreeNodes, MembersJoinOneByOne) {
  BootNodes(3);
  Node& first = cluster().node(1);
  store().Form({&first}, Within(60s));
  ASSERT_EQ(store().Connect(first)->Put("before", "joined", Within(5s)).outcome,
            Outcome::kOk);

  for (const int joining : {2, 3}) {
    Node& node = cluster().node(joining);
    membership().Join(node, first, Within(60s));
    EXPECT_EQ(membership().Members(first, Within(5s)).size(), joining);
    EXPECT_FALSE(store().Status(node, Within(5s)).is_learner);
  }

  store().WaitForAgreement(Within(30s));
  for (Node* node : store().nodes()) {
    const auto client = store().Connect(*node);
    EXPECT_EQ(client->Get("before", ReadMode::kLocal, Within(5s)).value,
              "joined")
        << node->name();
  }
}

STORE_SUITE_SCENARIO(ThreeNodes, WriteReplicatesAndCommits) {
  FormCluster();
  Node& leader = store().WaitForLeader(Within(30s));
  store().WaitForAgreement(Within(30s));
  std::vector<std::uint64_t> before;
  for (Node* node : store().nodes()) {
    before.push_back(store().Status(*node, Within(5s)).commit_index);
  }

  const StoreReply put =
      store().Connect(leader)->Put("key", "value", Within(5s));
  ASSERT_EQ(put.outcome, Outcome::kOk) << put.error;

  store().WaitForAgreement(Within(30s));
  for (Node* node : store().nodes()) {
    const StoreReply read =
        store().Connect(*node)->Get("key", ReadMode::kLocal, Within(5s));
    EXPECT_EQ(read.value, "value") << node->name();
    EXPECT_GT(store().Status(*node, Within(5s)).commit_index,
              before[node->index() - 1])
        << node->name();
  }
}

STORE_SUITE_SCENARIO(ThreeNodes, CommitOrderIsTheSameEverywhere) {
  constexpr int kWrites = 1000;
  FormCluster();

  StartLoad({.clients = 5,
             .read_share = 0,
             .compare_and_set_share = 0,
             .pause = Duration::zero()})
      .WaitForAcknowledged(kWrites, Within(120s));

  EXPECT_THAT(Judge(), Holds());
  EXPECT_GE(history().CountAcknowledged(), kWrites);
}

STORE_SUITE_SCENARIO(ThreeNodes, OnlyTheLeaderCommits) {
  FormCluster();
  Node& leader = store().WaitForLeader(Within(30s));
  Node& cut_off = *followers(leader).at(0);
  Node& connected = *followers(leader).at(1);
  StartLoad().WaitForAcknowledged(50, Within(30s));

  {
    const ActiveFault isolated = Inject("isolate", {&cut_off});
    const auto client = store().Connect(cut_off);
    for (const char* value : {"lonely-1", "lonely-2", "lonely-3"}) {
      EXPECT_NE(client->Put("probe/cut-off", value, Within(2s)).outcome,
                Outcome::kOk);
    }
    const StoreReply reply =
        store().Connect(connected)->Put("probe/connected", "heard", Within(5s));
    EXPECT_EQ(reply.outcome, Outcome::kOk) << reply.error;
    EXPECT_EQ(store().Status(connected, Within(5s)).leader, leader.name());
  }

  EXPECT_THAT(Judge(), Holds());
}

}  // namespace faultline
