#include "faultline/base/eventually.h"

#include <fmt/format.h>

namespace faultline::internal {

bool ProbePace::NextTurn() {
  const TimePoint now = clock_.Now();
  if (now >= deadline_.at()) return false;
  // The last turn falls on the deadline itself: what became true during the
  // last pause still counts.
  clock_.SleepUntil(std::min(now + pause_, deadline_.at()));
  pause_ = std::min(pause_ * 3 / 2, longest_);
  return true;
}

void ThrowTimeout(std::string_view what, Duration elapsed, const LastSeen& seen,
                  std::source_location where) {
  throw TimeoutError(fmt::format("{}: not within {} (last seen: {})", what,
                                 ToText(elapsed), seen.text()),
                     where);
}

}  // namespace faultline::internal
