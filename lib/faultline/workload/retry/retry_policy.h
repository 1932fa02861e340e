#pragma once

#include "faultline/base/deadline.h"

namespace faultline {

// How often and how fast a request is tried again: at most so many attempts,
// with pauses that grow and of which a part is drawn, so that clients which
// failed together do not come back together. A value; knows no service.
//
//   pause before attempt n+1 = min(longest, first * growth^(n-1)), of which the
//   share `jitter` is drawn anew each time: between (1 - jitter) times that and
//   all of it
struct RetryPolicy {
  int most_attempts = 10;  // the first one included
  Duration first_pause = std::chrono::milliseconds(50);
  double growth = 2;
  Duration longest_pause = std::chrono::seconds(2);
  double jitter = 0.5;  // 0: none; 1: full
  Duration attempt_timeout = std::chrono::seconds(2);
};

// Throws UsageError for a policy that never tries, or whose pauses shrink or
// are negative.
void RequireUsable(const RetryPolicy& policy);

// The pause after `attempts` attempts, one at least; `drawn` is at least 0 and
// below 1.
Duration PauseAfter(const RetryPolicy& policy, int attempts, double drawn);

// How many attempts one request can make within `span`, however fast each
// fails: what bounds a storm of retries.
int MostAttemptsWithin(const RetryPolicy& policy, Duration span);

}  // namespace faultline
