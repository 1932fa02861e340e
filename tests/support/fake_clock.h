#pragma once

#include <algorithm>
#include <mutex>
#include <vector>

#include "faultline/base/clock.h"

namespace faultline {

// A clock that only moves when somebody sleeps on it (or a test advances it),
// so that waits of minutes are tested in no time. Thread-safe.
//
//   FakeClock clock;
//   Eventually(clock.In(10s), "x", probe, clock);
class FakeClock : public Clock {
 public:
  TimePoint Now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void SleepUntil(TimePoint when) override {
    const std::lock_guard lock(mutex_);
    pauses_.push_back(when - now_);
    now_ = std::max(now_, when);
  }

  void Advance(Duration duration) {
    const std::lock_guard lock(mutex_);
    now_ += duration;
  }
  Deadline In(Duration duration) { return Deadline(Now() + duration); }
  // How long each sleep was to last.
  std::vector<Duration> pauses() {
    const std::lock_guard lock(mutex_);
    return pauses_;
  }

 private:
  std::mutex mutex_;
  TimePoint now_ = TimePoint(std::chrono::hours(1));
  std::vector<Duration> pauses_;
};

}  // namespace faultline
