#pragma once

#include <functional>
#include <string>

#include "faultline/base/warden.h"

namespace faultline {

// Runs a process through the warden and hands on its output (both streams) line
// by line as it comes; an empty call about each second of silence. Returns the
// exit code.
int RunWithLines(Warden& warden, const std::vector<std::string>& argv,
                 const std::function<void(const std::string& line)>& on_line);

}  // namespace faultline
