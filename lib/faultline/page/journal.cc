#include "faultline/page/journal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace faultline {
namespace {

constexpr std::size_t kMostLines = 4000;
constexpr std::size_t kMostLength = 500;
constexpr std::int64_t kSecond = 1'000'000'000;

std::optional<std::int64_t> Number(std::string_view text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::optional<unsigned> MonthOf(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun",
      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::ranges::find(kMonths, name);
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

std::int64_t DaysSince1970(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) /
                               std::chrono::month(month) /
                               std::chrono::day(day))
      .time_since_epoch()
      .count();
}

int YearOf(std::int64_t since_1970_ns) {
  const std::chrono::sys_days day(
      std::chrono::days(since_1970_ns / kSecond / 86400));
  return static_cast<int>(std::chrono::year_month_day(day).year());
}

// "Nov 28 04:12:05.123456 ": the line's time since 1970, in a year near
// `about`. The journal does not say the year.
std::optional<std::int64_t> TimeOf(std::string_view line, std::int64_t about) {
  constexpr std::size_t kLength = sizeof("Nov 28 04:12:05.123456") - 1;
  if (line.size() < kLength) return std::nullopt;
  const auto month = MonthOf(line.substr(0, 3));
  const auto day = Number(line.substr(4, 2));
  const auto hour = Number(line.substr(7, 2));
  const auto minute = Number(line.substr(10, 2));
  const auto second = Number(line.substr(13, 2));
  const auto micros = Number(line.substr(16, 6));
  if (!month || !day || !hour || !minute || !second || !micros)
    return std::nullopt;
  const std::int64_t of_day =
      ((*hour * 60 + *minute) * 60 + *second) * kSecond + *micros * 1000;
  std::optional<std::int64_t> best;
  for (const int year : {YearOf(about) - 1, YearOf(about), YearOf(about) + 1}) {
    const std::int64_t time =
        DaysSince1970(year, *month, static_cast<unsigned>(*day)) * 86400 *
            kSecond +
        of_day;
    const auto distance = [&](std::int64_t t) { return std::abs(t - about); };
    if (!best || distance(time) < distance(*best)) best = time;
  }
  return best;
}

std::string Shortened(std::string_view line) {
  if (line.size() <= kMostLength) return std::string(line);
  return std::string(line.substr(0, kMostLength)) + " ...";
}

}  // namespace

std::optional<std::int64_t> BeginningOf(
    const std::map<std::string, std::string>& metadata) {
  const auto found = metadata.find(kBeganFact);
  return found == metadata.end() ? std::nullopt : Number(found->second);
}

std::string ClockFact(const std::string& node) { return "clock of " + node; }

Journal ParseJournal(const std::string& node, std::string_view text,
                     std::optional<std::int64_t> began_ns) {
  Journal journal{.node = node, .lines = {}};
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  std::size_t skip = lines > kMostLines ? lines - kMostLines : 0;
  journal.left_out = skip;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (skip > 0) {
      --skip;
      continue;
    }
    JournalLine read{.at_ns = {}, .text = Shortened(line)};
    if (const auto time =
            began_ns ? TimeOf(line, *began_ns) : std::optional<std::int64_t>())
      read.at_ns = *time - *began_ns;
    journal.lines.push_back(std::move(read));
  }
  return journal;
}

}  // namespace faultline
