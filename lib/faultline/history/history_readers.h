#pragma once

#include <istream>
#include <string>

#include "faultline/history/history.h"

namespace faultline::internal {

// One for each format of docs/history-format.md. `name` stands in messages for
// what is read. Throw UsageError ("name:line: reason").
History ReadJsonHistory(std::istream& in, const std::string& name);
History ReadEdnHistory(std::istream& in, const std::string& name);
History ReadJepsenLog(std::istream& in, const std::string& name);

}  // namespace faultline::internal
