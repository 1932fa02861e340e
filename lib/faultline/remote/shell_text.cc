#include "faultline/remote/shell_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr std::size_t kLongest = 120;

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// The middle of a UTF-8 character.
bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::string OnOneLine(std::string_view text) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), IsControl, ' ');
  return line;
}

std::string_view Trimmed(std::string_view text) {
  const char* const blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::string ShellQuote(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw UsageError(fmt::format("a shell word cannot hold a NUL byte: \"{}\"",
                                 ShortCommand(text)));
  }
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string ShortCommand(std::string_view command) {
  std::string line = OnOneLine(Trimmed(command));
  if (line.size() <= kLongest) return line;
  std::size_t cut = kLongest;
  while (cut > 0 && IsContinuation(line[cut])) --cut;
  return line.substr(0, cut) + "...";
}

std::string OutputTail(std::string_view output, int lines) {
  std::vector<std::string> kept;
  std::string_view rest = Trimmed(output);
  while (!rest.empty() && static_cast<int>(kept.size()) < lines) {
    const std::size_t line_end = rest.rfind('\n');
    const std::size_t start =
        line_end == std::string_view::npos ? 0 : line_end + 1;
    kept.push_back(ShortCommand(rest.substr(start)));
    rest = Trimmed(rest.substr(0, start));
  }
  std::reverse(kept.begin(), kept.end());
  return fmt::format("{}", fmt::join(kept, " | "));
}

}  // namespace faultline
