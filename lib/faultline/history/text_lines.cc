#include "faultline/history/text_lines.h"

#include <fmt/format.h>

#include <fstream>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

UsageError Unreadable(const std::filesystem::path& file) {
  return UsageError(
      fmt::format("{}: cannot be read: {}", file.string(), ErrnoText()));
}

// A Recorder that was killed leaves what it set aside for later events.
void DropUnusedTail(TextLine& line) {
  if (line.whole) return;
  const std::size_t used = line.text.find_last_not_of('\0');
  line.text.resize(used == std::string::npos ? 0 : used + 1);
}

}  // namespace

void ForEachLine(const std::filesystem::path& file,
                 const std::function<void(const TextLine&)>& use) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Unreadable(file);
  TextLine line;
  for (line.number = 1; std::getline(in, line.text); ++line.number) {
    line.whole = !in.eof();
    DropUnusedTail(line);
    if (!line.whole && line.text.empty()) break;
    try {
      use(line);
    } catch (const UsageError& error) {
      throw UsageError(
          fmt::format("{}:{}: {}", file.string(), line.number, error.what()));
    }
  }
  if (in.bad()) throw Unreadable(file);
}

}  // namespace faultline::internal
