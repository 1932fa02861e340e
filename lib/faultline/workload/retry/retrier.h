#pragma once

#include <functional>
#include <string>

#include "faultline/base/clock.h"
#include "faultline/base/deadline.h"
#include "faultline/base/random.h"
#include "faultline/history/operation.h"
#include "faultline/workload/retry/retry_policy.h"

namespace faultline {

// Whether a request may be sent again after an attempt whose outcome is not
// known. After one that certainly did nothing (kFail) it always may.
enum class AfterUnknown {
  // It may have happened, or may still happen: sent again, it could happen
  // twice. The request ends as kUnknown.
  kGiveUp,
  // Twice is as good as once: a read, a write with a guard that lets it happen
  // once only, or one whose contract says "at least once".
  kSendAgain,
};

// What one attempt came to.
struct Attempt {
  Outcome outcome = Outcome::kUnknown;
  std::string error = {};
  bool is_final = false;  // whatever the outcome, no other attempt would help
};

// What a whole request came to.
struct Retried {
  // kFail only if every attempt certainly did nothing.
  Outcome outcome = Outcome::kUnknown;
  int attempts = 0;
  Duration paused = {};    // in all
  std::string error = {};  // of the last attempt, and why there was no other
};

// Sends one request after the other, each again by a policy until it succeeds.
// Knows no service. Used by one thread; its choices repeat with its random
// stream. The clock outlives it.
class Retrier {
 public:
  // Throws UsageError for a policy that is not usable.
  Retrier(const RetryPolicy& policy, RandomStream random,
          Clock& clock = Clock::Steady());

  // Calls `attempt` (its number from 1, the pause before it, its deadline)
  // until one is kOk or final, an unknown outcome forbids another, or attempts
  // or time are used up. No attempt begins after `deadline`, nor may one last
  // longer; no pause goes beyond it.
  using Send = std::function<Attempt(int number, Duration paused, Deadline)>;
  Retried Run(AfterUnknown after_unknown, Deadline deadline, const Send& send);

  const RetryPolicy& policy() const { return policy_; }

 private:
  // Empty: another attempt may follow.
  std::string WhyNoOther(const Attempt& last, const Retried& so_far,
                         AfterUnknown after_unknown) const;

  const RetryPolicy policy_;
  RandomStream random_;
  Clock& clock_;
};

}  // namespace faultline
