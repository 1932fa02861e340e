#include "faultline/history/history.h"

#include <algorithm>

#include "faultline/history/history_format.h"
#include "faultline/history/history_readers.h"
#include "faultline/history/text_lines.h"

namespace faultline {

std::int64_t History::CountAcknowledged() const {
  return std::count_if(operations.begin(), operations.end(),
                       [](const Operation& operation) {
                         return operation.outcome == Outcome::kOk;
                       });
}

History ReadHistory(const std::filesystem::path& file) {
  std::ifstream in = internal::OpenText(file);
  switch (internal::RecogniseHistory(in)) {
    case internal::HistoryFormat::kEdn:
      return internal::ReadEdnHistory(in, file.string());
    case internal::HistoryFormat::kJepsenLog:
      return internal::ReadJepsenLog(in, file.string());
    case internal::HistoryFormat::kJsonLines:
      break;
  }
  return internal::ReadJsonHistory(in, file.string());
}

}  // namespace faultline
