#include "faultline/testing/matchers.h"

#include <gmock/gmock.h>

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::ExplainMatchResult;
using testing::HasSubstr;
using testing::StringMatchResultListener;

Verdict Of(Judgement judgement) {
  return {.judgement = judgement,
          .property = "no read is stale",
          .evidence = {"process 3 read an old value"}};
}

std::string WhatHoldsSaysOf(const Verdict& verdict) {
  StringMatchResultListener listener;
  ExplainMatchResult(Holds(), verdict, &listener);
  return listener.str();
}

// Due every second, answered at once where `answered` says so.
std::vector<Probe> ProbesEachSecond(const std::vector<bool>& answered) {
  std::vector<Probe> probes;
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const auto due = static_cast<std::int64_t>(i) * 1'000'000'000;
    probes.push_back(
        {.due_ns = due, .answered_ns = due, .answered = answered[i]});
  }
  return probes;
}

TEST(HoldsMatcher, IsGreenOnlyForWhatWasProven) {
  EXPECT_THAT(Of(Judgement::kHolds), Holds());
  EXPECT_THAT(Of(Judgement::kViolated), testing::Not(Holds()));
  EXPECT_THAT(Of(Judgement::kUnknown), testing::Not(Holds()));
}

TEST(HoldsMatcher, SaysWhatWasViolatedAndWhy) {
  EXPECT_THAT(WhatHoldsSaysOf(Of(Judgement::kViolated)),
              testing::AllOf(HasSubstr("VIOLATED no read is stale"),
                             HasSubstr("process 3 read an old value")));
  EXPECT_THAT(WhatHoldsSaysOf(Of(Judgement::kUnknown)),
              HasSubstr("INCONCLUSIVE no read is stale"));
}

TEST(RecoversWithinMatcher, BoundsEveryOutage) {
  const auto probes = ProbesEachSecond({true, false, false, true});
  EXPECT_THAT(probes, RecoversWithin(2s));
  EXPECT_THAT(probes, testing::Not(RecoversWithin(1s)));
}

TEST(RecoversWithinMatcher, IsNotGreenWithoutServiceBeforeAndAfter) {
  EXPECT_THAT(std::vector<Probe>{}, testing::Not(RecoversWithin(9s)));
  EXPECT_THAT(ProbesEachSecond({true, false}),
              testing::Not(RecoversWithin(9s)));
}

Operation Done(OperationKind kind, std::optional<std::string> value,
               std::int64_t at) {
  Operation operation;
  operation.process = static_cast<int>(at);
  operation.kind = kind;
  operation.key = "k1";
  operation.value = std::move(value);
  operation.invoked_ns = at;
  operation.completed_ns = at + 1;
  operation.outcome = Outcome::kOk;
  return operation;
}

History Of(std::vector<Operation> operations) {
  return {{}, std::move(operations), {}};
}

// What a matcher says of a value.
template <typename Value>
std::string Explained(const testing::Matcher<const Value&>& matcher,
                      const Value& value) {
  StringMatchResultListener listener;
  ExplainMatchResult(matcher, value, &listener);
  return listener.str();
}

const Operation kWriteA = Done(OperationKind::kWrite, "a", 10);
const Operation kWriteB = Done(OperationKind::kWrite, "b", 20);

TEST(IsLinearizableMatcher, TellsAStaleReadFromAFreshOne) {
  EXPECT_THAT(Of({kWriteA, kWriteB, Done(OperationKind::kRead, "b", 30)}),
              IsLinearizable());
  const History stale =
      Of({kWriteA, kWriteB, Done(OperationKind::kRead, "a", 30)});
  EXPECT_THAT(stale, testing::Not(IsLinearizable()));
  EXPECT_THAT(Explained(IsLinearizable(), stale), HasSubstr("VIOLATED"));
}

TEST(IsLinearizableMatcher, FailsAsInconclusiveIfNothingWasShown) {
  EXPECT_THAT(Explained(IsLinearizable(), History{}),
              HasSubstr("INCONCLUSIVE"));
  EXPECT_THAT(Explained(IsLinearizable(), Of({kWriteA, kWriteB})),
              HasSubstr("INCONCLUSIVE"));
  EXPECT_THAT(Of({kWriteA}), testing::Not(IsLinearizable()));
}

TEST(HoldsRaftInvariantsMatcher, WantsOneLeaderATermAndAnObservation) {
  const MemberObservation one{.node = "n1", .leader = "n1", .term = 2};
  const MemberObservation other{.node = "n2", .leader = "n2", .term = 2};
  EXPECT_THAT(RaftTrace{one}, HoldsRaftInvariants());
  EXPECT_THAT(Explained(HoldsRaftInvariants(), RaftTrace{one, other}),
              HasSubstr("VIOLATED"));
  EXPECT_THAT(Explained(HoldsRaftInvariants(), RaftTrace{}),
              HasSubstr("INCONCLUSIVE"));
}

TEST(LosesNoAcknowledgedWriteMatcher, LooksIntoEveryLog) {
  const History history = Of({kWriteA});
  const CommitLog has{"n1", {{2, "k1", "a"}}};
  const CommitLog lacks{"n2", {}};
  EXPECT_THAT(history, LosesNoAcknowledgedWrite({has}));
  EXPECT_THAT(Explained(LosesNoAcknowledgedWrite({has, lacks}), history),
              HasSubstr("not in the log of n2"));
  EXPECT_THAT(Explained(LosesNoAcknowledgedWrite({has}), History{}),
              HasSubstr("INCONCLUSIVE"));
}

WatchedRun Watched(std::vector<WatchEvent> events) {
  WatchRecord started{.watch = 1, .revision = 2};
  started.request.key = "k1";
  WatchRecord ended{
      .kind = WatchRecord::Kind::kEnded, .watch = 1, .revision = 3};
  WatchTrace trace = {started};
  for (WatchEvent& event : events) {
    trace.push_back({.kind = WatchRecord::Kind::kDelivered,
                     .watch = 1,
                     .events = {std::move(event)}});
  }
  trace.push_back(ended);
  return {trace, {"n1", {{2, "k1", "a"}, {3, "k1", "b"}}}};
}

TEST(DeliversEveryEventMatcher, MissesWhatNeverCame) {
  const WatchEvent a{2, "k1", "a", {}, {}};
  const WatchEvent b{3, "k1", "b", {}, {}};
  EXPECT_THAT(Watched({a, b}), DeliversEveryEvent());
  EXPECT_THAT(Explained(DeliversEveryEvent(), Watched({a})),
              HasSubstr("revision 3 key=k1 value=b never came"));
  EXPECT_THAT(Explained(DeliversEveryEvent(), WatchedRun{}),
              HasSubstr("INCONCLUSIVE"));
}

}  // namespace
}  // namespace faultline
