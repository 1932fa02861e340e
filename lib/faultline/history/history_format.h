#pragma once

#include <istream>
#include <string_view>

namespace faultline::internal {

enum class HistoryFormat { kJsonLines, kEdn, kJepsenLog };

// By how the content begins; what no format begins like counts as JSON Lines.
HistoryFormat RecogniseHistory(std::string_view beginning);
// Goes back to the beginning of `in`.
HistoryFormat RecogniseHistory(std::istream& in);

}  // namespace faultline::internal
