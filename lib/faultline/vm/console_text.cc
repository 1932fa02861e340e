#include "faultline/vm/console_text.h"

#include <fstream>
#include <iterator>

namespace faultline {
namespace {

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Where the escape sequence that starts at `at` ends: "ESC [ parameters final",
// "ESC ] text BEL", or ESC and one more character.
std::size_t EndOfEscape(std::string_view raw, std::size_t at) {
  if (at + 1 >= raw.size()) return raw.size();
  const char kind = raw[at + 1];
  if (kind != '[' && kind != ']') return at + 2;
  for (std::size_t i = at + 2; i < raw.size(); ++i) {
    const bool ends = kind == '[' ? raw[i] >= '@' && raw[i] <= '~'
                                  : raw[i] == '\a' || raw[i] == '\\';
    // A newline inside means that the sequence was cut off.
    if (raw[i] == '\n') return i;
    if (ends) return i + 1;
  }
  return raw.size();
}

}  // namespace

std::string CleanConsoleText(std::string_view raw) {
  std::string clean;
  for (std::size_t i = 0; i < raw.size();) {
    if (raw[i] == '\x1b') {
      i = EndOfEscape(raw, i);
      continue;
    }
    if (raw[i] == '\n' || !IsControl(raw[i])) clean += raw[i];
    ++i;
  }
  return clean;
}

std::string LastLines(const std::string& text, int count) {
  std::string tail;
  auto end = text.size();
  while (count > 0 && end > 0) {
    const auto newline = text.rfind('\n', end - 1);
    const auto start = newline == std::string::npos ? 0 : newline + 1;
    const std::string line = text.substr(start, end - start);
    if (line.find_first_not_of(" \t") != std::string::npos) {
      tail.insert(0, line + "\n");
      --count;
    }
    end = newline == std::string::npos ? 0 : newline;
  }
  return tail;
}

std::string ReadFrom(const std::filesystem::path& file, std::uintmax_t offset) {
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  if (!stream) return {};
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace faultline
