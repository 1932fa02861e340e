#include "faultline/check/watch_count.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline {
namespace {

using testing::Contains;
using testing::HasSubstr;
using Kind = WatchRecord::Kind;

constexpr std::int64_t kLast = 6;

CommitLog Log() {
  CommitLog log{.node = "node1", .commits = {}};
  for (std::int64_t revision = 1; revision <= kLast; ++revision)
    log.commits.push_back({revision, "k", std::to_string(revision)});
  return log;
}

WatchRecord At(Kind kind, std::int64_t revision = 0, std::string reason = {}) {
  return {.kind = kind,
          .revision = revision,
          .request = {.prefix = true},
          .reason = std::move(reason)};
}

WatchRecord Delivered(const std::vector<std::int64_t>& revisions) {
  WatchRecord record{.kind = Kind::kDelivered};
  for (const std::int64_t revision : revisions)
    record.events.push_back({revision, "k", std::to_string(revision), {}, {}});
  return record;
}

TEST(WatchCount, CountsOverAllStreamsOfAWatch) {
  const WatchTrace trace = {At(Kind::kStarted, 1),
                            Delivered({1, 2}),
                            At(Kind::kBroken, 0, "connection lost"),
                            At(Kind::kResumed, 3),
                            Delivered({2, 3}),
                            At(Kind::kBroken, 0, kNothingCame),
                            At(Kind::kResumed, 4),
                            Delivered({4, 5}),
                            At(Kind::kBroken, 0, kWentElsewhere),
                            At(Kind::kResumed, 6),
                            Delivered({6}),
                            At(Kind::kEnded, 6)};
  const WatchCounts counts = CountWatches({trace, Log()});
  EXPECT_EQ(counts, (WatchCounts{.expected = 6,
                                 .delivered = 6,
                                 .duplicated = 1,
                                 .streams = 4,
                                 .ended = 1,
                                 .silent = 1,
                                 .left = 1}))
      << ToText(counts);
  EXPECT_TRUE(CheckWatchComplete({trace, Log()}).Holds());
}

TEST(WatchCount, AGapBetweenTwoStreamsIsFound) {
  const WatchTrace trace = {
      At(Kind::kStarted, 1), Delivered({1, 2}), At(Kind::kBroken, 0, "lost"),
      At(Kind::kResumed, 4), Delivered({4, 5}), At(Kind::kEnded, kLast)};
  const WatchCounts counts = CountWatches({trace, Log()});
  EXPECT_EQ(counts.missed, 2);  // 3, and 6 before the end
  const Verdict verdict = CheckWatchComplete({trace, Log()});
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.evidence, Contains(HasSubstr("revision 3 ")));
  EXPECT_THAT(verdict.evidence, Contains(HasSubstr("revision 6 ")));
}

TEST(WatchCount, WhatWasRefusedIsNotMissed) {
  const WatchTrace trace = {At(Kind::kStarted, 1),   Delivered({1}),
                            At(Kind::kCompacted, 4), At(Kind::kResumed, 4),
                            Delivered({4, 5, 6}),    At(Kind::kEnded, kLast)};
  const WatchCounts counts = CountWatches({trace, Log()});
  EXPECT_EQ(counts.refused, 2);
  EXPECT_EQ(counts.missed, 0);
  EXPECT_EQ(counts.refusals, 1);
  EXPECT_TRUE(CheckWatchComplete({trace, Log()}).Holds());
}

// Else a refusal would excuse what was left out before something that came.
TEST(WatchCount, ARefusalExcusesOnlyWhatWasStillToCome) {
  const WatchTrace trace = {At(Kind::kStarted, 1),   Delivered({1, 3}),
                            At(Kind::kCompacted, 5), At(Kind::kResumed, 5),
                            Delivered({5, 6}),       At(Kind::kEnded, kLast)};
  const WatchCounts counts = CountWatches({trace, Log()});
  EXPECT_EQ(counts.refused, 1);  // 4
  EXPECT_EQ(counts.missed, 1);   // 2
}

TEST(WatchCount, OnlyWhatWasWantedCounts) {
  WatchTrace trace = {At(Kind::kStarted, 1), At(Kind::kEnded, kLast)};
  trace.front().request = {.key = "other"};
  EXPECT_EQ(CountWatches({trace, Log()}).expected, 0);
  EXPECT_EQ(CheckWatchComplete({trace, Log()}).judgement, Judgement::kUnknown);
}

}  // namespace
}  // namespace faultline
