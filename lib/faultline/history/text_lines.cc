#include "faultline/history/text_lines.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

// A Recorder that was killed leaves what it set aside for later events.
std::string_view WithoutUnusedTail(std::string_view text) {
  const std::size_t used = text.find_last_not_of('\0');
  return text.substr(0, used == std::string_view::npos ? 0 : used + 1);
}

}  // namespace

void ForEachLine(std::string_view text, const std::string& name,
                 const std::function<bool(const TextLine&)>& use) {
  TextLine line;
  for (line.number = 1; !text.empty(); ++line.number) {
    const std::size_t end = text.find('\n');
    line.whole = end != std::string_view::npos;
    line.text = line.whole ? text.substr(0, end) : WithoutUnusedTail(text);
    if (!line.whole && line.text.empty()) return;
    try {
      if (!use(line)) return;
    } catch (const UsageError& error) {
      throw UsageError(
          fmt::format("{}:{}: {}", name, line.number, error.what()));
    }
    text.remove_prefix(line.whole ? end + 1 : text.size());
  }
}

}  // namespace faultline::internal
