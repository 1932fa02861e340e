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

}  // namespace
}  // namespace faultline
