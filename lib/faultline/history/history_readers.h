#pragma once

#include <string>
#include <string_view>

#include "faultline/history/history.h"

namespace faultline::internal {

// One for each format of docs/history-format.md. `name` stands in messages for
// what is read. Throw UsageError ("name:line: reason").
History ReadJsonHistory(std::string_view text, const std::string& name,
                        const HistoryOptions& options = {});
History ReadEdnHistory(std::string_view text, const std::string& name,
                       const HistoryOptions& options = {});
History ReadJepsenJson(std::string_view text, const std::string& name,
                       const HistoryOptions& options = {});
History ReadJepsenLog(std::string_view text, const std::string& name,
                      const HistoryOptions& options = {});

}  // namespace faultline::internal
