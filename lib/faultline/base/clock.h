#pragma once

#include "faultline/base/deadline.h"

namespace faultline {

// The seam that lets waits be tested without waiting. Implementations are
// thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint Now() = 0;
  virtual void SleepUntil(TimePoint when) = 0;

  // The real monotonic clock.
  static Clock& Steady();
};

}  // namespace faultline
