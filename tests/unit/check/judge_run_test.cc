#include "faultline/check/judge_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

Operation Acknowledged(OperationKind kind, const std::string& value,
                       std::int64_t invoked_ns) {
  Operation operation;
  operation.kind = kind;
  operation.key = "k";
  operation.value = value;
  operation.invoked_ns = invoked_ns;
  operation.completed_ns = invoked_ns + 1;
  operation.outcome = Outcome::kOk;
  return operation;
}

// One write of "a" to "k" that was acknowledged, and a read of `seen`.
std::shared_ptr<const History> WriteAndRead(const std::string& seen) {
  History history;
  history.operations = {Acknowledged(OperationKind::kWrite, "a", 1),
                        Acknowledged(OperationKind::kRead, seen, 3)};
  return std::make_shared<const History>(std::move(history));
}

CommitLog LogOf(const std::string& node, const std::string& value) {
  return {.node = node,
          .commits = {{.revision = 1, .key = "k", .value = value}}};
}

std::vector<Judgement> Judgements(const std::vector<Verdict>& verdicts) {
  std::vector<Judgement> judgements;
  for (const Verdict& verdict : verdicts)
    judgements.push_back(verdict.judgement);
  return judgements;
}

bool AnyViolated(const std::vector<Verdict>& verdicts) {
  return std::ranges::count(verdicts, Judgement::kViolated,
                            &Verdict::judgement) > 0;
}

TEST(JudgeRun, NothingRecordedAndNothingPromisedGivesNoVerdict) {
  EXPECT_THAT(JudgeRun({}, {}), IsEmpty());
}

TEST(JudgeRun, AsksOnlyWhatWasRecorded) {
  EXPECT_THAT(
      Judgements(JudgeRun({.history = WriteAndRead("a")}, {.model = "map"})),
      ElementsAre(Judgement::kHolds));
  // Durability, agreement, state machine safety, linearizability.
  const RunEvidence more{.history = WriteAndRead("a"),
                         .commits = {LogOf("n1", "a"), LogOf("n2", "a")}};
  EXPECT_THAT(Judgements(JudgeRun(more, {.model = "map"})),
              ElementsAre(Judgement::kHolds, Judgement::kHolds,
                          Judgement::kHolds, Judgement::kHolds));
}

TEST(JudgeRun, FindsALostWriteAndAStaleRead) {
  const RunEvidence lost{.history = WriteAndRead("a"),
                         .commits = {LogOf("n1", "b"), LogOf("n2", "b")}};
  EXPECT_TRUE(AnyViolated(JudgeRun(lost, {})));
  EXPECT_FALSE(AnyViolated(JudgeRun(lost, {.logs_show_values = false})));
  EXPECT_TRUE(
      AnyViolated(JudgeRun({.history = WriteAndRead("b")}, {.model = "map"})));
}

TEST(JudgeRun, APromiseOfWhichNothingWasSeenIsUnknown) {
  EXPECT_THAT(Judgements(JudgeRun({}, {.raft = true})),
              ElementsAre(Judgement::kUnknown));
  EXPECT_THAT(Judgements(JudgeRun({}, {.outage_limit_ns = 5})),
              ElementsAre(Judgement::kUnknown));
}

TEST(JudgeRun, OutageBeyondItsLimitIsViolatedUnlessTheHostStarvedTheMachines) {
  const std::vector<Probe> probes = {
      {.due_ns = 0, .answered_ns = 1, .answered = true},
      {.due_ns = 10},
      {.due_ns = 20, .answered_ns = 40, .answered = true}};
  const auto judged = [&](const Promises& promises) {
    return Judgements(JudgeRun({.probes = probes}, promises));
  };
  EXPECT_THAT(judged({.outage_limit_ns = 30}), ElementsAre(Judgement::kHolds));
  EXPECT_THAT(judged({.outage_limit_ns = 29}),
              ElementsAre(Judgement::kViolated));
  EXPECT_THAT(judged({.outage_limit_ns = 29, .processor_wait = 0.9}),
              ElementsAre(Judgement::kUnknown));
}

PersistedLog DiskOf(const std::string& node, const std::string& value) {
  PersistedLog disk{.node = node,
                    .commit_index = 1,
                    .votes = {{.term = 1, .candidate = node}},
                    .changes_known = true,
                    .since_beginning = true};
  AppendTo(disk, {.index = 1,
                  .term = 1,
                  .content = "put k " + value,
                  .revision = 1,
                  .changes = {{.revision = 1, .key = "k", .value = value}}});
  return disk;
}

TEST(JudgeRun, FindsOnTheDisksWhatNoMemberTold) {
  RunEvidence evidence{.history = WriteAndRead("a"),
                       .disks = {DiskOf("n1", "a"), DiskOf("n2", "a")}};
  EXPECT_THAT(Judgements(JudgeRun(evidence, {})), Each(Judgement::kHolds));
  EXPECT_FALSE(JudgeRun(evidence, {}).empty());
  evidence.disks = {DiskOf("n1", "b"), DiskOf("n2", "b")};
  EXPECT_TRUE(AnyViolated(JudgeRun(evidence, {})));
}

TEST(JudgeRun, JudgesMachinesByWhatIsPromisedOfThem) {
  RunEvidence evidence{.vms = VmTrace{}};
  evidence.vms->ticks = {
      {.at_ns = 1, .host = "n1", .vm = "v", .boot = 2, .count = 1},
      {.at_ns = 2, .host = "n2", .vm = "v", .boot = 1, .count = 9}};
  EXPECT_THAT(JudgeRun(evidence, {}), IsEmpty());
  EXPECT_TRUE(AnyViolated(JudgeRun(evidence, {.vms = VmPromises{}})));
}

TEST(JudgeRun, UnknownModelIsRefused) {
  EXPECT_THROW(JudgeRun({.history = std::make_shared<const History>()},
                        {.model = "lamp"}),
               UsageError);
}

TEST(StoredPromises, AreReadAsTheyWereWritten) {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "promises.json";
  for (const Promises& promises :
       {Promises{}, Promises{.model = "set",
                             .raft = true,
                             .logs_show_values = false,
                             .outage_limit_ns = 7,
                             .downtimes = {{1, 2}},
                             .processor_wait = 0.5,
                             .vms = VmPromises{.silence_limit_ns = 9,
                                               .restarts = true,
                                               .fenced = true,
                                               .downtimes = {{3, 4}}}}}) {
    WriteFileAtomically(file, ToJson(promises));
    EXPECT_EQ(ReadPromises(file), promises);
  }
}

TEST(StoredPromises, WhatIsMalformedNamesItsFile) {
  const ScratchDirectory scratch;
  for (const char* text : {"{", "[]", "{\"model\":7}"}) {
    const auto file = scratch.Write("promises.json", text);
    EXPECT_THAT([&] { ReadPromises(file); },
                ThrowsMessage<UsageError>(HasSubstr("promises.json")));
  }
}

}  // namespace
}  // namespace faultline
