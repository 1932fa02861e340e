#include "faultline/history/history_format.h"

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/history/json_objects.h"

namespace faultline::internal {
namespace {

constexpr std::string_view kBlanks = " \t\r\n,";

char FirstVisible(std::string_view text) {
  const std::size_t found = text.find_first_not_of(kBlanks);
  return found == std::string_view::npos ? '\0' : text[found];
}

// What follows the first visible character.
std::string_view Behind(std::string_view text) {
  return text.substr(text.find_first_not_of(kBlanks) + 1);
}

// Jepsen's operations have a function; Faultline's own lines have none.
bool HasFunction(std::string_view text) {
  try {
    const auto first = JsonObjects(text).Next();
    if (!first) return false;
    const auto json = nlohmann::json::parse(first->text, nullptr, false);
    return json.is_object() && json.contains("f");
  } catch (const UsageError&) {
    return false;
  }
}

HistoryFormat RecogniseMap(std::string_view text) {
  const char next = FirstVisible(Behind(text));
  if (next == '"') {
    return HasFunction(text) ? HistoryFormat::kJepsenJson
                             : HistoryFormat::kJsonLines;
  }
  return next == '\0' || next == '}' ? HistoryFormat::kJsonLines
                                     : HistoryFormat::kEdn;
}

bool IsJsonArray(std::string_view text) {
  const std::string_view first = Behind(text);
  return FirstVisible(first) == '{' && FirstVisible(Behind(first)) == '"';
}

}  // namespace

HistoryFormat RecogniseHistory(std::string_view text) {
  switch (FirstVisible(text)) {
    case '\0':
      return HistoryFormat::kJsonLines;
    case '{':
      return RecogniseMap(text);
    case '[':
      return IsJsonArray(text) ? HistoryFormat::kJepsenJson
                               : HistoryFormat::kEdn;
    case '(':
    case '#':
    case ';':
      return HistoryFormat::kEdn;
    default:
      return HistoryFormat::kJepsenLog;
  }
}

}  // namespace faultline::internal
