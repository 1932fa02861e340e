#include "faultline/history/history.h"

#include <algorithm>

#include "faultline/history/history_format.h"
#include "faultline/history/history_readers.h"
#include "faultline/history/text_file.h"

namespace faultline {

std::int64_t History::CountAcknowledged() const {
  return std::count_if(operations.begin(), operations.end(),
                       [](const Operation& operation) {
                         return operation.outcome == Outcome::kOk;
                       });
}

History ParseHistory(std::string_view text, const std::string& name,
                     const HistoryOptions& options) {
  switch (internal::RecogniseHistory(text)) {
    case internal::HistoryFormat::kEdn:
      return internal::ReadEdnHistory(text, name, options);
    case internal::HistoryFormat::kJepsenJson:
      return internal::ReadJepsenJson(text, name, options);
    case internal::HistoryFormat::kJepsenLog:
      return internal::ReadJepsenLog(text, name, options);
    case internal::HistoryFormat::kJsonLines:
      break;
  }
  return internal::ReadJsonHistory(text, name, options);
}

History ReadHistory(const std::filesystem::path& file,
                    const HistoryOptions& options) {
  return ParseHistory(internal::ReadTextFile(file), file.string(), options);
}

}  // namespace faultline
