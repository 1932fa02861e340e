#include "faultline/history/history_format.h"

#include <string>

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
    case '(':
    case '#':
    case ';':
      return HistoryFormat::kEdn;
    default:
      return HistoryFormat::kJepsenLog;
  }
}

HistoryFormat RecogniseHistory(std::istream& in) {
  std::string beginning(kBeginning, '\0');
  in.read(beginning.data(), static_cast<std::streamsize>(kBeginning));
  beginning.resize(static_cast<std::size_t>(in.gcount()));
  in.clear();
  in.seekg(0);
  return RecogniseHistory(std::string_view(beginning));
}

}  // namespace faultline::internal
