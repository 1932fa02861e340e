#include "faultline/workload/retry/retrier.h"

#include <fmt/format.h>

#include <algorithm>

namespace faultline {

Retrier::Retrier(const RetryPolicy& policy, RandomStream random, Clock& clock)
    : policy_(policy), random_(random), clock_(clock) {
  RequireUsable(policy);
}

std::string Retrier::WhyNoOther(const Attempt& last, const Retried& so_far,
                                AfterUnknown after_unknown) const {
  if (last.is_final) return "final";
  if (last.outcome == Outcome::kUnknown &&
      after_unknown == AfterUnknown::kGiveUp) {
    return "it may have happened, and nothing keeps it from happening twice";
  }
  if (so_far.attempts >= policy_.most_attempts) {
    return fmt::format("{} attempts", so_far.attempts);
  }
  return {};
}

Retried Retrier::Run(AfterUnknown after_unknown, Deadline deadline,
                     const Send& send) {
  Retried result{.outcome = Outcome::kFail};
  Duration pause{};
  while (true) {
    const TimePoint until =
        std::min(deadline.at(), clock_.Now() + policy_.attempt_timeout);
    const Attempt last = send(++result.attempts, pause, Deadline(until));
    if (last.outcome == Outcome::kOk) {
      result.outcome = Outcome::kOk;
      result.error = {};
      return result;
    }
    // It may still happen, whatever the later ones come to.
    if (last.outcome == Outcome::kUnknown) result.outcome = Outcome::kUnknown;
    std::string why = WhyNoOther(last, result, after_unknown);
    pause = PauseAfter(policy_, result.attempts, random_.Fraction());
    if (why.empty() && clock_.Now() + pause >= deadline.at()) {
      why =
          fmt::format("no time for another after {} attempts", result.attempts);
    }
    if (!why.empty()) {
      result.error = fmt::format("{} ({})", last.error, why);
      return result;
    }
    clock_.SleepUntil(clock_.Now() + pause);
    result.paused += pause;
  }
}

}  // namespace faultline
