#pragma once

#include <string_view>

namespace faultline::internal {

enum class HistoryFormat { kJsonLines, kEdn, kJepsenJson, kJepsenLog };

// By how the content begins; what no format begins like counts as JSON Lines.
HistoryFormat RecogniseHistory(std::string_view text);

}  // namespace faultline::internal
