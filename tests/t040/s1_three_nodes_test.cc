// T040 step 1: three members form a cluster and replicate.
#include "faultline/base/eventually.h"
#include "faultline/check/durability.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/check/stability.h"
#include "faultline/testing/store_scenario.h"

namespace faultline {

using std::chrono_literals::operator""s;

STORE_SUITE_SCENARIO(ThreeNodes, ClusterFormsAndStaysStable) {
  FormCluster();
  Node& leader = store().WaitForLeader(Within(30s));
  store().WaitForAgreement(Within(30s));
  const std::uint64_t term = store().Status(leader, Within(5s)).term;

  StartLoad({.clients = 1, .pause = 1s}).WaitForAcknowledged(1, Within(20s));
  StableLeadership stable{
      .leader = leader.name(), .term = term, .from_ns = recorder().Now()};
  for (const Node* node : store().nodes())
    stable.members.push_back(node->name());
  const auto quiet = 20 * store().election_timeout();
  stable.until_ns = stable.from_ns + quiet.count();
  // The load's observer looks at all members meanwhile; this look ends the
  // wait as soon as there is nothing more to wait for.
  Eventually(Deadline::After(2 * quiet), "20 election timeouts have passed",
             [&] {
               const MemberStatus now = store().Status(leader, Within(5s));
               return !now.is_leader || now.term != term ||
                      recorder().Now() > stable.until_ns;
             });

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(Record(CheckStability(trace(), stable,
                                    store().election_timeout().count())),
              Holds());
  EXPECT_THAT(JudgeContinuity(), Holds());
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

  StartLoad({.pause = Duration::zero()},
            {.read_share = 0, .compare_and_set_share = 0})
      .WaitForAcknowledged(kWrites, Within(120s));

  EXPECT_THAT(Judge(), Holds());
  EXPECT_GE(history().CountAcknowledged(), kWrites);
}

namespace {

// What three tries to write through the node came to, none of which may be
// acknowledged.
void ExpectNoneIsAcknowledged(ReplicatedStore& store, Node& through,
                              const std::string& key) {
  const auto client = store.Connect(through);
  for (const char* value : {"lonely-1", "lonely-2", "lonely-3"}) {
    EXPECT_NE(client->Put(key, value, Within(1s)).outcome, Outcome::kOk)
        << value << " through " << through.name();
  }
}

}  // namespace

// A member acknowledges what the leader has committed, and nothing else:
// neither a follower by itself, nor two followers without their leader, though
// they are a majority, nor a leader without followers.
STORE_SUITE_SCENARIO(ThreeNodes, OnlyTheLeaderCommits) {
  FormCluster();
  Node& leader = store().WaitForLeader(Within(30s));
  Node& cut_off = *followers(leader).at(0);
  Node& connected = *followers(leader).at(1);
  StartLoad().WaitForAcknowledged(50, Within(30s));
  const std::uint64_t term = store().Status(leader, Within(5s)).term;

  {
    ActiveFault isolated = Inject("isolate", {&cut_off});
    ExpectNoneIsAcknowledged(store(), cut_off, "probe/cut-off");
    const StoreReply reply =
        store().Connect(connected)->Put("probe/connected", "heard", Within(5s));
    EXPECT_EQ(reply.outcome, Outcome::kOk) << reply.error;
    // The leader has it, and is still the one that it was.
    EXPECT_EQ(store()
                  .Connect(leader)
                  ->Get("probe/connected", ReadMode::kLocal, Within(5s))
                  .value,
              "heard");
    const MemberStatus status = store().Status(leader, Within(5s));
    EXPECT_TRUE(status.is_leader);
    EXPECT_EQ(status.term, term);
    EXPECT_GE(status.revision, reply.revision);
    isolated.Heal(Within(60s));
  }
  store().WaitForAgreement(Within(30s));

  {
    ActiveFault isolated = Inject("isolate", {&leader});
    Eventually(Within(30s), "the two others acknowledge a write", [&] {
      return store()
                 .Connect(connected)
                 ->Put("probe/two-of-three", "elected", Within(2s))
                 .outcome == Outcome::kOk;
    });
    const MemberStatus status = store().Status(connected, Within(5s));
    EXPECT_GT(status.term, term) << "acknowledged without an election";
    EXPECT_NE(status.leader, leader.name());
    EXPECT_NE(status.leader, "");
    ExpectNoneIsAcknowledged(store(), leader, "probe/old-leader");
    isolated.Heal(Within(60s));
  }

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

}  // namespace faultline
