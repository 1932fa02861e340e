#include "faultline/history/text_lines.h"

#include <fmt/format.h>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

UsageError Unreadable(const std::string& name) {
  return UsageError(fmt::format("{}: cannot be read: {}", name, ErrnoText()));
}

// A Recorder that was killed leaves what it set aside for later events.
void DropUnusedTail(TextLine& line) {
  if (line.whole) return;
  const std::size_t used = line.text.find_last_not_of('\0');
  line.text.resize(used == std::string::npos ? 0 : used + 1);
}

}  // namespace

void ForEachLine(std::istream& in, const std::string& name,
                 const std::function<void(const TextLine&)>& use) {
  TextLine line;
  for (line.number = 1; std::getline(in, line.text); ++line.number) {
    line.whole = !in.eof();
    DropUnusedTail(line);
    if (!line.whole && line.text.empty()) break;
    try {
      use(line);
    } catch (const UsageError& error) {
      throw UsageError(
          fmt::format("{}:{}: {}", name, line.number, error.what()));
    }
  }
  if (in.bad()) throw Unreadable(name);
}

std::ifstream OpenText(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  // A directory opens, but has nothing to read.
  if (in && in.peek() == std::ifstream::traits_type::eof() && in.bad()) {
    throw Unreadable(file.string());
  }
  if (!in.is_open()) throw Unreadable(file.string());
  in.clear();
  return in;
}

}  // namespace faultline::internal
