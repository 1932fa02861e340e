#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "faultline/base/clock.h"
#include "faultline/base/deadline.h"
#include "faultline/base/error.h"

namespace faultline {

// What a probe looked at last, kept for the message of a wait that ran out. A
// probe that takes a `LastSeen&` fills it.
class LastSeen {
 public:
  void Set(std::string text) { text_ = std::move(text); }
  const std::string& text() const { return text_; }

 private:
  std::string text_ = "nothing";
};

namespace internal {

// Pauses between probes: 20 ms at first, half as much again each time, never
// longer than `longest` nor past the deadline.
class ProbePace {
 public:
  ProbePace(Deadline deadline, Clock& clock, Duration longest)
      : deadline_(deadline),
        clock_(clock),
        longest_(longest),
        started_(clock.Now()) {}
  // Waits for the next turn; false once the deadline has passed.
  bool NextTurn();
  Duration Elapsed() { return clock_.Now() - started_; }

 private:
  Deadline deadline_;
  Clock& clock_;
  Duration longest_;
  TimePoint started_;
  Duration pause_ = std::min<Duration>(std::chrono::milliseconds(20), longest_);
};

[[noreturn]] void ThrowTimeout(std::string_view what, Duration elapsed,
                               const LastSeen& seen,
                               std::source_location where);

template <typename Probe>
auto CallProbe(Probe& probe, LastSeen& seen) {
  if constexpr (std::is_invocable_v<Probe&, LastSeen&>) {
    return probe(seen);
  } else {
    return probe();
  }
}

}  // namespace internal

// The one waiting primitive. Calls `probe` until it returns true (or an engaged
// optional, whose value is returned). A CommandError or TimeoutError from the
// probe counts as "not yet" and is kept as what was last seen; any other
// exception passes through. Throws TimeoutError naming `what`, the elapsed time
// and what was last seen. The probe runs at least once, and it is up to the
// probe to cap its own remote calls by the same deadline. `longest_pause`: a
// probe that costs little may be called more often.
template <typename Probe>
auto Eventually(Deadline deadline, std::string_view what, Probe probe,
                Clock& clock = Clock::Steady(),
                Duration longest_pause = std::chrono::milliseconds(250),
                std::source_location where = std::source_location::current()) {
  LastSeen seen;
  internal::ProbePace pace(deadline, clock, longest_pause);
  using Answer = decltype(internal::CallProbe(probe, seen));
  do {
    try {
      Answer answer = internal::CallProbe(probe, seen);
      if (answer) {
        if constexpr (std::is_same_v<Answer, bool>) {
          return;
        } else {
          return *std::move(answer);
        }
      }
    } catch (const CommandError& error) {
      seen.Set(error.what());
    } catch (const TimeoutError& error) {
      seen.Set(error.what());
    }
  } while (pace.NextTurn());
  internal::ThrowTimeout(what, pace.Elapsed(), seen, where);
}

}  // namespace faultline
