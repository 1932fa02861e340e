#pragma once

#include <chrono>
#include <string>

namespace faultline {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;

// An absolute point on the monotonic clock by which an action must have ended.
// It is passed down unchanged, so nested calls share one budget. A value;
// thread-safe to copy.
//
//   Node& leader = store.WaitForLeader(Within(30s));
class Deadline {
 public:
  explicit Deadline(TimePoint at) : at_(at) {}
  static Deadline After(Duration duration) {
    return Deadline(std::chrono::steady_clock::now() + duration);
  }

  TimePoint at() const { return at_; }
  // Never negative.
  Duration Remaining() const;
  bool Expired() const { return Remaining() == Duration::zero(); }
  // Remaining time for poll(2) and libssh, rounded up to a millisecond.
  int RemainingMilliseconds() const;
  // The earlier of this deadline and `duration` from now: for one attempt
  // inside a longer wait.
  Deadline Capped(Duration duration) const;

 private:
  TimePoint at_;
};

// How much slower than the reference (a machine with KVM) this machine is:
// deadlines made by `Within` are multiplied by it. Set once at start-up from
// the accelerator probe; FAULTLINE_TIME_SCALE overrides. At least 1.
double TimeScale();
void SetTimeScale(double scale);

// `duration` times TimeScale().
Duration Scaled(Duration duration);
// Scaled(duration) from now. The way tests name a deadline.
Deadline Within(Duration duration);

// "1.5 s", "20 ms": for messages.
std::string ToText(Duration duration);

}  // namespace faultline
