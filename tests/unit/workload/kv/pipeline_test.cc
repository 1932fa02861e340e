// From the load on a store to the verdicts: each defect must be found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/eventually.h"
#include "faultline/check/durability.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/check/recency.h"
#include "faultline/workload/kv/store_workload.h"
#include "support/faulty_store.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ContainsRegex;

struct Found {
  std::int64_t acknowledged = 0;
  Verdict durability, agreement, recency, raft;
};

std::vector<CommitLog> ReadLogs(ReplicatedStore& store) {
  std::vector<CommitLog> logs;
  for (Node* node : store.nodes()) {
    logs.push_back(store.ReadCommitLog(*node, Within(1s)));
  }
  return logs;
}

Found RunOn(FaultyStore& store, std::int64_t operations) {
  const ScratchDirectory scratch;
  Recorder recorder(scratch.path() / "history.jsonl", {});
  StoreWorkload load(store, {},
                     {.clients = 3,
                      .pause = 1ms,
                      .probe_interval = 20ms,
                      .observe_interval = 5ms},
                     1, recorder);
  load.Start();
  load.WaitForAcknowledged(operations, Within(20s));
  const StoreWorkloadResult result = load.Stop();
  const std::vector<CommitLog> logs = ReadLogs(store);
  return {result.history.CountAcknowledged(),
          CheckDurability(result.history, logs), CheckAgreement(logs),
          CheckReadRecency(result.history), CheckRaftInvariants(result.trace)};
}

Found RunWith(Defect defect) {
  FaultyStore store(3, defect);
  return RunOn(store, 200);
}

void ExpectViolated(const Verdict& verdict, const std::string& evidence) {
  EXPECT_EQ(verdict.judgement, Judgement::kViolated) << verdict.property;
  EXPECT_THAT(verdict.evidence, Contains(ContainsRegex(evidence)));
}

TEST(Pipeline, EverythingHoldsOnAHealthyStore) {
  const Found found = RunWith(Defect::kNone);
  EXPECT_GE(found.acknowledged, 200);
  EXPECT_TRUE(found.durability.Holds())
      << testing::PrintToString(found.durability.evidence);
  EXPECT_TRUE(found.agreement.Holds())
      << testing::PrintToString(found.agreement.evidence);
  EXPECT_TRUE(found.recency.Holds())
      << testing::PrintToString(found.recency.evidence);
  EXPECT_TRUE(found.raft.Holds())
      << testing::PrintToString(found.raft.evidence);
}

TEST(Pipeline, StaleReadIsFoundAndNamed) {
  ExpectViolated(RunWith(Defect::kStaleRead).recency,
                 "process [0-9]+ read key=k[1-3] value=c[0-9]+-[0-9]+ .*"
                 "overwritten before the read began: process [0-9]+ ");
}

TEST(Pipeline, LostWriteIsFoundAndNamed) {
  ExpectViolated(
      RunWith(Defect::kLostWrite).durability,
      "process [0-9]+ (wrote|set) key=k[1-3].* value=c[0-9]+-[0-9]+ "
      "acknowledged at .* m?s, not in the log of node1, node2, node3");
}

TEST(Pipeline, DuplicateApplyIsFoundAndNamed) {
  ExpectViolated(RunWith(Defect::kDuplicateApply).durability,
                 "process .*, 2 times in the log of node1, node2, node3");
}

TEST(Pipeline, FailedYetAppliedWriteIsFoundAndNamed) {
  ExpectViolated(RunWith(Defect::kFailedYetApplied).durability,
                 "process .* failed at .*no leader, yet in the log of node1");
}

TEST(Pipeline, DivergingMemberIsFoundAndNamed) {
  ExpectViolated(RunWith(Defect::kDivergingMember).agreement,
                 "change [0-9]+: node1 has revision .*, node2 has revision .* "
                 "value=diverged");
}

TEST(Pipeline, RunWithoutAcknowledgedOperationsIsInconclusive) {
  FaultyStore store(3);
  store.BeginOutage(OutageKind::kRefuse);
  const Found found = RunOn(store, 0);
  EXPECT_EQ(found.acknowledged, 0);
  EXPECT_EQ(found.durability.judgement, Judgement::kUnknown);
  EXPECT_EQ(found.agreement.judgement, Judgement::kUnknown);
  EXPECT_EQ(found.recency.judgement, Judgement::kUnknown);
  EXPECT_EQ(found.raft.judgement, Judgement::kUnknown);
}

}  // namespace
}  // namespace faultline
