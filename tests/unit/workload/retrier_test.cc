#include "faultline/workload/retry/retrier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "support/fake_clock.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const RetryPolicy kExact{.most_attempts = 5,
                         .first_pause = 100ms,
                         .growth = 2,
                         .longest_pause = 300ms,
                         .jitter = 0,
                         .attempt_timeout = 1s};

class RetrierRun : public testing::Test {
 protected:
  Retried Run(const std::vector<Outcome>& outcomes,
              AfterUnknown after_unknown = AfterUnknown::kSendAgain,
              Duration budget = 1min, RetryPolicy policy = kExact) {
    Retrier retrier(policy, RandomStream(1, 1), clock_);
    return retrier.Run(
        after_unknown, clock_.In(budget),
        [&](int number, Duration, Deadline deadline) {
          deadlines_.push_back(deadline.at() - clock_.Now());
          return Attempt{
              .outcome = outcomes.at(static_cast<std::size_t>(number) - 1),
              .error = "no"};
        });
  }

  FakeClock clock_;
  std::vector<Duration> deadlines_;
};

TEST_F(RetrierRun, StopsAtTheFirstSuccess) {
  const Retried retried = Run({Outcome::kFail, Outcome::kFail, Outcome::kOk});
  EXPECT_EQ(retried.outcome, Outcome::kOk);
  EXPECT_EQ(retried.attempts, 3);
  EXPECT_EQ(retried.paused, 300ms);
  EXPECT_EQ(retried.error, "");
}

TEST_F(RetrierRun, PausesGrowUpToTheLongest) {
  const Retried retried = Run(std::vector(5, Outcome::kFail));
  EXPECT_EQ(retried.outcome, Outcome::kFail);
  EXPECT_EQ(retried.attempts, 5);
  EXPECT_THAT(retried.error, HasSubstr("no (5 attempts)"));
  EXPECT_THAT(clock_.pauses(), ElementsAre(100ms, 200ms, 300ms, 300ms));
}

TEST_F(RetrierRun, AnUnknownOutcomeEndsARequestThatIsNotToHappenTwice) {
  const Retried retried =
      Run({Outcome::kFail, Outcome::kUnknown}, AfterUnknown::kGiveUp);
  EXPECT_EQ(retried.outcome, Outcome::kUnknown);
  EXPECT_EQ(retried.attempts, 2);
  EXPECT_THAT(retried.error, HasSubstr("nothing keeps it from happening"));
}

TEST_F(RetrierRun, WhatMayHaveHappenedStaysUnknownWhateverComesAfterIt) {
  const Retried retried = Run({Outcome::kUnknown, Outcome::kFail,
                               Outcome::kFail, Outcome::kFail, Outcome::kFail});
  EXPECT_EQ(retried.outcome, Outcome::kUnknown);
  EXPECT_EQ(Run({Outcome::kUnknown, Outcome::kOk}).outcome, Outcome::kOk);
}

TEST_F(RetrierRun, NoAttemptBeginsOrLastsBeyondTheDeadline) {
  const Retried retried =
      Run(std::vector(5, Outcome::kFail), AfterUnknown::kSendAgain, 350ms);
  EXPECT_EQ(retried.attempts, 3);
  EXPECT_THAT(retried.error, HasSubstr("no time for another"));
  EXPECT_THAT(deadlines_, ElementsAre(350ms, 250ms, 50ms));
  deadlines_.clear();
  Run({Outcome::kOk});
  EXPECT_THAT(deadlines_, ElementsAre(1s));
}

TEST_F(RetrierRun, AFinalAnswerIsNotAskedForAgain) {
  Retrier retrier(kExact, RandomStream(1, 1), clock_);
  const Retried retried = retrier.Run(
      AfterUnknown::kSendAgain, clock_.In(1min), [](int, Duration, Deadline) {
        return Attempt{
            .outcome = Outcome::kFail, .error = "refused", .is_final = true};
      });
  EXPECT_EQ(retried.attempts, 1);
  EXPECT_EQ(retried.outcome, Outcome::kFail);
}

TEST_F(RetrierRun, JitterIsDrawnFromTheSeedWithinItsShare) {
  RetryPolicy policy = kExact;
  policy.jitter = 0.5;
  policy.longest_pause = 100ms;
  Run(std::vector(5, Outcome::kFail), AfterUnknown::kSendAgain, 1min, policy);
  Run(std::vector(5, Outcome::kFail), AfterUnknown::kSendAgain, 1min, policy);
  const auto pauses = clock_.pauses();
  ASSERT_THAT(pauses, SizeIs(8));
  for (int i = 0; i < 4; ++i) {
    EXPECT_GE(pauses[i], 50ms);
    EXPECT_LT(pauses[i], 100ms);
    EXPECT_EQ(pauses[i], pauses[i + 4]) << "the same seed";
  }
  EXPECT_NE(pauses[0], pauses[1]);
}

TEST(RetryPolicy, BoundsTheAttemptsOfOneRequestInATime) {
  EXPECT_EQ(MostAttemptsWithin(kExact, 0s), 1);
  EXPECT_EQ(MostAttemptsWithin(kExact, 299ms), 2);
  EXPECT_EQ(MostAttemptsWithin(kExact, 300ms), 3);
  EXPECT_EQ(MostAttemptsWithin(kExact, 1h), 5);
  RetryPolicy drawn = kExact;
  drawn.jitter = 0.5;
  EXPECT_EQ(MostAttemptsWithin(drawn, 299ms), 3) << "the shortest pauses count";
}

TEST(RetryPolicy, ThatCannotWorkIsRefused) {
  const auto refused = [](auto change) {
    RetryPolicy policy = kExact;
    change(policy);
    EXPECT_THROW(RequireUsable(policy), UsageError);
  };
  refused([](RetryPolicy& policy) { policy.most_attempts = 0; });
  refused([](RetryPolicy& policy) { policy.first_pause = 0s; });
  refused([](RetryPolicy& policy) { policy.longest_pause = 1ms; });
  refused([](RetryPolicy& policy) { policy.growth = 0.5; });
  refused([](RetryPolicy& policy) { policy.jitter = 1.5; });
  refused([](RetryPolicy& policy) { policy.attempt_timeout = 0s; });
  EXPECT_NO_THROW(RequireUsable(RetryPolicy{}));
}

}  // namespace
}  // namespace faultline
