#include "faultline/check/check_persisted.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// `values[i]` stands at index i + 1, written to key x in the term of the same
// place in `terms`.
PersistedLog Log(const std::string& node,
                 const std::vector<std::string>& values,
                 std::vector<std::uint64_t> terms = {}) {
  terms.resize(values.size(), terms.empty() ? 1 : terms.back());
  PersistedLog log{.node = node,
                   .member = "id-" + node,
                   .changes_known = true,
                   .since_beginning = true};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto revision = static_cast<std::int64_t>(i + 1);
    log.entries.push_back({.index = i + 1,
                           .term = terms[i],
                           .content = values[i],
                           .revision = revision,
                           .changes = {{revision, "x", values[i]}}});
  }
  log.commit_index = values.size();
  return log;
}

Operation Write(const std::string& value, Outcome outcome = Outcome::kOk) {
  Operation write;
  write.kind = OperationKind::kWrite;
  write.key = "x";
  write.value = value;
  write.outcome = outcome;
  write.invoked_ns = 1;
  write.completed_ns = outcome == Outcome::kUnknown
                           ? std::numeric_limits<std::int64_t>::max()
                           : 2;
  return write;
}

History Of(std::vector<Operation> operations) {
  for (std::size_t i = 0; i < operations.size(); ++i) {
    operations[i].process = static_cast<int>(i);
  }
  History history;
  history.operations = std::move(operations);
  return history;
}

void ExpectViolated(const Verdict& verdict, const std::string& evidence) {
  EXPECT_EQ(verdict.judgement, Judgement::kViolated) << verdict.property;
  EXPECT_THAT(verdict.evidence, Contains(HasSubstr(evidence)));
}

TEST(CheckPersisted, GoodFilesAreReadableAndATornTailIsNamed) {
  PersistedLog torn = Log("node2", {"a"});
  torn.torn_tail = "byte 90";
  const Verdict verdict = CheckPersistedFiles({Log("node1", {"a"}), torn});
  EXPECT_TRUE(verdict.Holds());
  EXPECT_THAT(verdict.evidence,
              Contains(HasSubstr("node2: a torn tail: byte 90")));
  torn.corruption = "byte 7";
  ExpectViolated(CheckPersistedFiles({torn}), "node2: corrupt: byte 7");
  EXPECT_EQ(CheckPersistedFiles({}).judgement, Judgement::kUnknown);
}

TEST(CheckPersisted, LogsMatchUpToWhereTermsAgree) {
  EXPECT_TRUE(
      CheckPersistedLogMatching({Log("node1", {"a", "b"}, {1, 1}),
                                 Log("node2", {"a", "c", "d"}, {1, 2, 2})})
          .Holds());
  ExpectViolated(
      CheckPersistedLogMatching({Log("node1", {"a", "b", "d"}, {1, 1, 2}),
                                 Log("node2", {"a", "c", "d"}, {1, 1, 2})}),
      "index 2");
}

TEST(CheckPersisted, CommittedEntriesAreTheSame) {
  PersistedLog behind = Log("node2", {"a", "c"}, {1, 2});
  const PersistedLog ahead = Log("node1", {"a", "b"}, {1, 3});
  ExpectViolated(CheckPersistedCommits({ahead, behind}),
                 "committed index 2: node1 has term 3 \"b\", node2 has term 2 "
                 "\"c\"");
  behind.commit_index = 1;  // what it has at 2 was never committed
  EXPECT_TRUE(CheckPersistedCommits({ahead, behind}).Holds());
  behind.commit_index = 0;
  EXPECT_EQ(CheckPersistedCommits({ahead, behind}).judgement,
            Judgement::kUnknown);
}

TEST(CheckPersisted, AMemberVotesOnceATerm) {
  PersistedLog log = Log("node1", {"a"});
  EXPECT_EQ(CheckPersistedVotes({log}).judgement, Judgement::kUnknown);
  log.votes = {{1, ""}, {1, "x"}, {1, "x"}, {3, ""}, {3, "y"}};
  EXPECT_TRUE(CheckPersistedVotes({log}).Holds());
  log.votes.push_back({3, "x"});
  ExpectViolated(CheckPersistedVotes({log}),
                 "node1: voted for y and for x in term 3");
  log.votes.push_back({2, ""});
  ExpectViolated(CheckPersistedVotes({log}),
                 "node1: the term goes from 3 back to 2");
}

TEST(CheckPersisted, WhoLedHadVotedForItself) {
  PersistedLog log = Log("node1", {"a"});
  log.votes = {{2, "id-node1"}, {5, "id-node2"}};
  const auto led = [&](std::uint64_t term) {
    return CheckPersistedLeaders(
        {{.node = "node1", .leader = "node1", .term = term}}, {log});
  };
  EXPECT_TRUE(led(2).Holds());
  ExpectViolated(led(5), "node1 led in term 5");
  ExpectViolated(led(7), "node1 led in term 7");
  EXPECT_EQ(led(1).judgement, Judgement::kUnknown);  // before what it tells
}

TEST(CheckPersisted, AcknowledgedWritesAreOnAMajoritysDisks) {
  const std::vector<PersistedLog> logs = {Log("node1", {"a", "b", "c"}),
                                          Log("node2", {"a", "b"}),
                                          Log("node3", {"a"})};
  EXPECT_TRUE(
      CheckPersistedWrites(Of({Write("a"), Write("b")}), logs, 3).Holds());
  ExpectViolated(
      CheckPersistedWrites(Of({Write("a"), Write("b"), Write("c")}), logs, 3),
      "c");
  ExpectViolated(CheckPersistedWrites(
                     Of({Write("a"), Write("b", Outcome::kFail)}), logs, 3),
                 "b");
  // Five members, of whose disks three are known.
  ExpectViolated(CheckPersistedWrites(Of({Write("a"), Write("b")}), logs, 5),
                 "b");
  EXPECT_TRUE(
      CheckPersistedWrites(
          Of({Write("a"), Write("b"), Write("c", Outcome::kUnknown)}), logs, 3)
          .Holds());
}

TEST(CheckPersisted, ASnapshotHoldsWhatItStandsFor) {
  PersistedLog snapshot{.node = "node2", .snapshot_index = 2};
  const std::vector<PersistedLog> logs = {Log("node1", {"a", "b", "c"}),
                                          snapshot};
  EXPECT_THAT(MajorityChanges(logs, 3).commits,
              ElementsAre(Commit{1, "x", "a"}, Commit{2, "x", "b"}));
  EXPECT_EQ(
      CheckPersistedWrites(Of({Write("a")}), {snapshot, snapshot}, 3).judgement,
      Judgement::kUnknown);
}

TEST(CheckPersisted, AnEntryThatOthersReplacedIsOnNoMajority) {
  EXPECT_THAT(MajorityChanges({Log("node1", {"a", "b", "c"}, {1, 1, 1}),
                               Log("node2", {"a", "d"}, {1, 2}),
                               Log("node3", {"a", "d"}, {1, 2})},
                              3)
                  .commits,
              ElementsAre(Commit{1, "x", "a"}, Commit{2, "x", "d"}));
}

TEST(CheckPersisted, WhatAMemberShowedIsOnItsDisk) {
  PersistedLog log = Log("node1", {"a", "b", "c"});
  log.commit_index = 2;
  EXPECT_THAT(CommittedChanges(log).commits, SizeIs(2));
  const CommitLog shown{"node1", {{1, "x", "a"}, {2, "x", "b"}}};
  EXPECT_TRUE(CheckPersistedAgainst(shown, log).Holds());
  const CommitLog other{"node1", {{1, "x", "a"}, {2, "x", "z"}}};
  ExpectViolated(CheckPersistedAgainst(other, log), "revision 2");
  log.changes_known = false;
  EXPECT_EQ(CheckPersistedAgainst(shown, log).judgement, Judgement::kUnknown);
}

TEST(CheckPersisted, AllThatTheEvidenceAllowsIsAsked) {
  RunEvidence evidence{.disks = {Log("node1", {"a"}), Log("node2", {"a"})}};
  EXPECT_THAT(JudgePersisted(evidence, {}), SizeIs(4));
  evidence.history = std::make_shared<const History>();
  evidence.trace.resize(1);
  evidence.commits = {{"node1", {}}, {"node9", {}}};
  EXPECT_THAT(JudgePersisted(evidence, {}), SizeIs(7));
  EXPECT_THAT(JudgePersisted(evidence, {.logs_show_values = false}), SizeIs(6));
}

WatchTrace WatchOf(const std::vector<std::string>& values) {
  WatchTrace trace = {{.kind = WatchRecord::Kind::kStarted, .revision = 1}};
  trace.front().request.prefix = true;
  std::int64_t revision = 0;
  for (const std::string& value : values) {
    trace.push_back({.kind = WatchRecord::Kind::kDelivered});
    trace.back().events.push_back({++revision, "x", value, {}, {}});
  }
  trace.push_back({.kind = WatchRecord::Kind::kEnded, .revision = 3});
  return trace;
}

TEST(CheckPersisted, WatchesAreJudgedByWhatAMajorityHasOnItsDisks) {
  const std::vector<PersistedLog> logs = {Log("node1", {"a", "b", "c"}),
                                          Log("node2", {"a", "b", "c"}),
                                          Log("node3", {"a"})};
  EXPECT_TRUE(CheckPersistedWatches(WatchOf({"a", "b", "c"}), logs, 3).Holds());
  ExpectViolated(CheckPersistedWatches(WatchOf({"a", "b"}), logs, 3),
                 "revision 3 key=x value=c");
  ExpectViolated(CheckPersistedWatches(WatchOf({"a", "z", "c"}), logs, 3),
                 "revision 2 key=x value=z");
  PersistedLog late = logs.front();
  late.since_beginning = false;
  EXPECT_EQ(CheckPersistedWatches(WatchOf({"a"}), {late}, 1).judgement,
            Judgement::kUnknown);
}

}  // namespace
}  // namespace faultline
