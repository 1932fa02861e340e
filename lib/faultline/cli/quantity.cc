#include "faultline/cli/quantity.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <span>
#include <string_view>

#include "faultline/base/error.h"

namespace faultline {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr Unit kTimes[] = {
    {"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
constexpr Unit kSizes[] = {{"", 1},
                           {"B", 1},
                           {"KiB", std::uint64_t{1} << 10},
                           {"MiB", std::uint64_t{1} << 20},
                           {"GiB", std::uint64_t{1} << 30}};

// A positive whole number and one of the units.
std::uint64_t Parse(const std::string& text, std::span<const Unit> units,
                    const char* example) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::uint64_t number = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [rest, error] = std::from_chars(begin, end, number);
  const std::string_view name(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& unit : units) {
    const bool fits = number > 0 && number <= kMost / unit.factor;
    if (error == std::errc() && unit.name == name && fits) {
      return number * unit.factor;
    }
  }
  throw UsageError(
      fmt::format("\"{}\" is not a budget like {}", text, example));
}

}  // namespace

std::chrono::milliseconds ParseTimeBudget(const std::string& text) {
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(Parse(text, kTimes, "500ms, 60s or 5m")));
}

std::uint64_t ParseMemoryBudget(const std::string& text) {
  return Parse(text, kSizes, "512MiB or 2GiB");
}

}  // namespace faultline
