#pragma once

#include <string_view>

namespace faultline {

enum class LogLevel { kError, kInfo, kDebug };

// One line on standard error: seconds since the start, level, text.
// FAULTLINE_LOG says how much is shown: quiet (errors only), info (the
// default) or debug. Thread-safe: lines never mix. Never throws, so that
// destructors can use it.
//
//   Log(LogLevel::kInfo, fmt::format("{}: started", name));
void Log(LogLevel level, std::string_view text) noexcept;

}  // namespace faultline
