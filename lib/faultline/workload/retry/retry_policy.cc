#include "faultline/workload/retry/retry_policy.h"

#include <algorithm>
#include <cmath>

#include "faultline/base/error.h"

namespace faultline {

void RequireUsable(const RetryPolicy& policy) {
  if (policy.most_attempts < 1) {
    throw UsageError("retries: at least one attempt is needed");
  }
  if (policy.first_pause <= Duration::zero() ||
      policy.longest_pause < policy.first_pause) {
    throw UsageError(
        "retries: the first pause must be above zero, and the longest not "
        "shorter");
  }
  if (policy.growth < 1 || policy.jitter < 0 || policy.jitter > 1) {
    throw UsageError(
        "retries: pauses must not shrink, and jitter is a share from 0 to 1");
  }
  if (policy.attempt_timeout <= Duration::zero()) {
    throw UsageError("retries: an attempt needs time");
  }
}

Duration PauseAfter(const RetryPolicy& policy, int attempts, double drawn) {
  const double longest =
      std::chrono::duration<double>(policy.longest_pause).count();
  const double first =
      std::chrono::duration<double>(policy.first_pause).count();
  const double whole =
      std::min(longest, first * std::pow(policy.growth, attempts - 1));
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(
      whole * (1 - policy.jitter + policy.jitter * drawn)));
}

int MostAttemptsWithin(const RetryPolicy& policy, Duration span) {
  int attempts = 1;
  for (Duration passed{}; attempts < policy.most_attempts; ++attempts) {
    passed += PauseAfter(policy, attempts, 0);
    if (passed > span) break;
  }
  return attempts;
}

}  // namespace faultline
