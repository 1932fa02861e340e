#include "faultline/base/deadline.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <system_error>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"

namespace faultline {
namespace {

std::atomic<double> measured_scale = 1.0;

double ParseTimeScale(std::string_view text) {
  double scale = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), scale);
  if (error != std::errc() || end != text.data() + text.size() ||
      !std::isfinite(scale) || scale < 1)
    throw UsageError(fmt::format(
        "FAULTLINE_TIME_SCALE={}: must be a number of at least 1", text));
  return scale;
}

}  // namespace

Duration Deadline::Remaining() const {
  return std::max(Duration::zero(),
                  Duration(at_ - std::chrono::steady_clock::now()));
}

int Deadline::RemainingMilliseconds() const {
  const auto remaining = std::chrono::ceil<std::chrono::milliseconds>(
      std::min<Duration>(Remaining(), std::chrono::hours(24)));
  return static_cast<int>(remaining.count());
}

Deadline Deadline::Capped(Duration duration) const {
  return duration < Remaining() ? After(duration) : *this;
}

double TimeScale() {
  if (const auto text = Environment("FAULTLINE_TIME_SCALE"))
    return ParseTimeScale(*text);
  return measured_scale;
}

void SetTimeScale(double scale) { measured_scale = std::max(1.0, scale); }

Duration Scaled(Duration duration) {
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double, std::nano>(duration) * TimeScale());
}

Deadline Within(Duration duration) { return Deadline::After(Scaled(duration)); }

std::string ToText(Duration duration) {
  using std::chrono::milliseconds;
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto whole = std::chrono::round<milliseconds>(duration);
  if (std::chrono::abs(whole) >= milliseconds(1000))
    return fmt::format("{} s", std::round(seconds * 10) / 10);
  if (whole.count() == 0 && duration.count() != 0)
    return fmt::format("{} us", duration.count() / 1000);
  return fmt::format("{} ms", whole.count());
}

}  // namespace faultline
