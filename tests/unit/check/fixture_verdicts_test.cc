// One holding and one violating example for every rule, as stored files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>

#include "faultline/check/durability.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/check/recency.h"
#include "faultline/evidence/evidence_files.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path kHistories = FAULTLINE_FIXTURES "/histories";
const std::filesystem::path kTraces = FAULTLINE_FIXTURES "/raft_traces";

struct Example {
  std::string name;
  Judgement judgement;
  std::string evidence;  // a part of a line
};

void PrintTo(const Example& example, std::ostream* out) {
  *out << example.name;
}

std::string NameOf(const testing::TestParamInfo<Example>& info) {
  return info.param.name;
}

void ExpectAsSaid(const Verdict& verdict, const Example& example) {
  EXPECT_EQ(ToText(verdict.judgement), std::string(ToText(example.judgement)));
  EXPECT_THAT(verdict.evidence, Contains(HasSubstr(example.evidence)));
}

constexpr Judgement kHolds = Judgement::kHolds;
constexpr Judgement kViolated = Judgement::kViolated;
constexpr Judgement kUnknown = Judgement::kUnknown;

class Durability : public testing::TestWithParam<Example> {};
TEST_P(Durability, IsJudgedAsTheExampleSays) {
  const auto directory = kHistories / ("durability_" + GetParam().name);
  ExpectAsSaid(CheckDurability(ReadHistory(directory / "history.jsonl"),
                               ReadCommitLogs(directory)),
               GetParam());
}
INSTANTIATE_TEST_SUITE_P(
    Examples, Durability,
    testing::Values(
        Example{"holds", kHolds, "3 acknowledged changes in 2 logs"},
        Example{"holds_for_deletes", kHolds, "2 acknowledged changes"},
        Example{"violated_by_lost_delete", kViolated,
                "process 1 deleted key=k1 acknowledged at 1.300 s "
                "[history.jsonl:4,5], yet the log of node2 ends with value=a"},
        Example{"violated_by_delete_that_nobody_asked_for", kViolated,
                "key=k1 was deleted 1 times in the log of node1, asked for 0 "
                "times"},
        Example{"holds_for_appends", kHolds, "2 acknowledged changes"},
        Example{"violated_by_lost_append", kViolated,
                "in no value of the log of node1"},
        Example{"violated_by_lost_write", kViolated,
                "process 0 wrote key=k1 value=c0-1 acknowledged at 1.100 s "
                "[history.jsonl:2,3], not in the log of node2"},
        Example{"violated_by_duplicate", kViolated,
                "value=c0-1 acknowledged at 1.100 s [history.jsonl:2,3], 2 "
                "times in the log of node2"},
        Example{"violated_by_duplicate_of_unknown_write", kViolated,
                "process 2 wrote key=k2 value=c2-1 with unknown outcome, "
                "invoked at 1.400 s [history.jsonl:6], 2 times in the log of "
                "node2"},
        Example{"violated_by_failed_write", kViolated,
                "value=c3-1 failed at 1.600 s: no leader [history.jsonl:7,8], "
                "yet in the log of node2"},
        Example{"violated_by_foreign_value", kViolated,
                "nobody wrote key=k1 value=from-nowhere, in the log of node2"},
        Example{"unknown_without_acknowledged_write", kUnknown,
                "no change was acknowledged"},
        Example{"unknown_with_repeated_value", kUnknown,
                "needs unique values: process 0 wrote key=k1 value=same"}),
    NameOf);

class Agreement : public testing::TestWithParam<Example> {};
TEST_P(Agreement, IsJudgedAsTheExampleSays) {
  const auto directory = kHistories / ("agreement_" + GetParam().name);
  ExpectAsSaid(CheckAgreement(ReadCommitLogs(directory)), GetParam());
}
INSTANTIATE_TEST_SUITE_P(
    Examples, Agreement,
    testing::Values(
        Example{"holds", kHolds, "5 changes in each of 3 logs"},
        Example{"violated_by_order", kViolated,
                "change 1: node1 has revision 2 key=k1 value=c0-1, node2 has "
                "revision 2 key=k1 value=c1-1"},
        Example{"violated_by_value", kViolated, "value=other"},
        Example{"violated_by_missing_tail", kViolated,
                "change 4: node1 has revision 5 key=k2 deleted, node2 ends "
                "after 3 changes"},
        Example{"violated_by_empty_log", kViolated, "ends after 0 changes"},
        Example{"unknown_with_empty_logs", kUnknown, "every log is empty"},
        Example{"unknown_with_one_log", kUnknown, "1 logs to compare"}),
    NameOf);

class Recency : public testing::TestWithParam<Example> {};
TEST_P(Recency, IsJudgedAsTheExampleSays) {
  const auto directory = kHistories / ("recency_" + GetParam().name);
  ExpectAsSaid(CheckReadRecency(ReadHistory(directory / "history.jsonl")),
               GetParam());
}
INSTANTIATE_TEST_SUITE_P(
    Examples, Recency,
    testing::Values(
        Example{"holds", kHolds, "3 reads"},
        Example{"holds_for_concurrent_writes", kHolds, "1 reads"},
        Example{"holds_for_late_unknown_write", kHolds, "1 reads"},
        Example{"holds_after_delete", kHolds, "1 reads"},
        Example{"violated_by_overwritten_value", kViolated,
                "process 2 read key=k1 value=c0-1 acknowledged at 1.500 s "
                "[history.jsonl:6,7] (invoked at 1.400 s), overwritten before "
                "the read began: process 1 wrote key=k1 value=c1-1 "
                "acknowledged at 1.300 s [history.jsonl:4,5]"},
        Example{"violated_by_missing_key", kViolated,
                "value absent acknowledged at 1.500 s [history.jsonl:6,7] "
                "(invoked at 1.400 s), although before it process 1 wrote"},
        Example{"violated_by_deleted_value", kViolated,
                "overwritten before the read began: process 3 deleted key=k1"},
        Example{"violated_by_unwritten_value", kViolated, "which nobody wrote"},
        Example{"violated_by_failed_write", kViolated,
                "although process 3 wrote key=k1 value=c3-1 failed"},
        Example{"violated_by_value_of_the_future", kViolated,
                "before it was written: process 0 wrote"},
        Example{"unknown_without_read", kUnknown, "no read was answered"}),
    NameOf);

class RaftInvariants : public testing::TestWithParam<Example> {};
TEST_P(RaftInvariants, AreJudgedAsTheExampleSays) {
  const auto file = kTraces / (GetParam().name + ".jsonl");
  ExpectAsSaid(CheckRaftInvariants(ReadRaftTrace(file)), GetParam());
}
INSTANTIATE_TEST_SUITE_P(
    Examples, RaftInvariants,
    testing::Values(
        Example{"election_safety_holds", kHolds, "2 terms with a leader"},
        Example{"election_safety_violated", kViolated,
                "term 2 has 2 leaders, node1 said at 100 ms: node1, node3 "
                "said at 600 ms: node2"},
        Example{"terms_only_grow_holds", kHolds, "5 observations of 3"},
        Example{"terms_only_grow_violated", kViolated,
                "the term of node2 went from 4 back to 3 at 700 ms"},
        Example{"indexes_only_grow_holds", kHolds, "6 observations of 4"},
        Example{"indexes_only_grow_violated_by_commit", kViolated,
                "the commit index of node1 went from 10 back to 9"},
        Example{"indexes_only_grow_violated_by_applied", kViolated,
                "the applied index of node2 went from 9 back to 8"},
        Example{"unknown_without_observation", kUnknown,
                "no member was observed"},
        Example{"unknown_without_leader", kUnknown,
                "no observation shows a leader"}),
    NameOf);

TEST(RaftInvariantChecks, EachFindsItsOwnViolationAlone) {
  const auto judge = [](const char* name, auto check) {
    return check(ReadRaftTrace(kTraces / name)).judgement;
  };
  const auto all = [&](const char* name) {
    return std::vector{judge(name, CheckElectionSafety),
                       judge(name, CheckTermsOnlyGrow),
                       judge(name, CheckIndexesOnlyGrow)};
  };
  EXPECT_THAT(all("election_safety_violated.jsonl"),
              ElementsAre(kViolated, kHolds, kHolds));
  EXPECT_THAT(all("terms_only_grow_violated.jsonl"),
              ElementsAre(kHolds, kViolated, kHolds));
  EXPECT_THAT(all("indexes_only_grow_violated_by_commit.jsonl"),
              ElementsAre(kHolds, kHolds, kViolated));
}

}  // namespace
}  // namespace faultline
