#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "faultline/history/history.h"

namespace faultline {

using HistoryReader =
    std::function<History(std::string_view text, const std::string& name)>;

// Reads any bytes as a history: they are either refused with name, line and
// reason, or become a history that keeps the rules of docs/history-format.md.
// Returns what is wrong; empty if nothing is.
std::string ReadAndJudge(const HistoryReader& read, const std::string& bytes);

}  // namespace faultline
