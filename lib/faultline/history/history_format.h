#pragma once

#include <filesystem>
#include <string_view>

namespace faultline::internal {

enum class HistoryFormat { kJsonLines, kEdn, kJepsenLog };

// By how the content begins; what no format begins like counts as JSON Lines.
HistoryFormat RecogniseHistory(std::string_view beginning);
// Throws UsageError if the file cannot be read.
HistoryFormat RecogniseHistory(const std::filesystem::path& file);

}  // namespace faultline::internal
