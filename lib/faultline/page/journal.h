#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {

// A line of a guest's journal. Its time is nanoseconds since the history began;
// absent where nothing ties the guest's clock to it.
struct JournalLine {
  std::optional<std::int64_t> at_ns;
  std::string text;
};

struct Journal {
  std::string node;
  std::vector<JournalLine> lines;
  std::size_t left_out = 0;  // earlier lines, for their number
};

// When the history began, as the host's clock said: nanoseconds since 1970.
// Absent in the records of older versions.
std::optional<std::int64_t> BeginningOf(
    const std::map<std::string, std::string>& metadata);
// The metadata that says so.
inline constexpr char kBeganFact[] = "began";
// The fact that says how far the clock of `node` was ahead of the host's when
// the journal was read, in nanoseconds.
std::string ClockFact(const std::string& node);

// What `journalctl -o short-precise` printed in UTC ("Nov 28 04:12:05.123456
// node1 etcd[12]: ..."). `began_ns`: of the history, by this guest's own clock,
// since 1970.
Journal ParseJournal(const std::string& node, std::string_view text,
                     std::optional<std::int64_t> began_ns);

}  // namespace faultline
