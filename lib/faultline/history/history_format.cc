#include "faultline/history/history_format.h"

#include <fmt/format.h>

#include <fstream>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

constexpr std::size_t kBeginning = 4096;

char FirstVisible(std::string_view text) {
  const std::size_t found = text.find_first_not_of(" \t\r\n,");
  return found == std::string_view::npos ? '\0' : text[found];
}

}  // namespace

HistoryFormat RecogniseHistory(std::string_view beginning) {
  switch (FirstVisible(beginning)) {
    case '\0':
      return HistoryFormat::kJsonLines;
    case '{': {
      const char next = FirstVisible(beginning.substr(beginning.find('{') + 1));
      return next == '"' || next == '\0' || next == '}'
                 ? HistoryFormat::kJsonLines
                 : HistoryFormat::kEdn;
    }
    case '[':
    case '#':
    case ';':
      return HistoryFormat::kEdn;
    default:
      return HistoryFormat::kJepsenLog;
  }
}

HistoryFormat RecogniseHistory(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string beginning(kBeginning, '\0');
  if (in) in.read(beginning.data(), static_cast<std::streamsize>(kBeginning));
  if (!in && !in.eof()) {
    throw UsageError(
        fmt::format("{}: cannot be read: {}", file.string(), ErrnoText()));
  }
  beginning.resize(static_cast<std::size_t>(in.gcount()));
  return RecogniseHistory(std::string_view(beginning));
}

}  // namespace faultline::internal
