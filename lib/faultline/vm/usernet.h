#pragma once

#include <map>
#include <string>

namespace faultline {

// The host ports of the human monitor's `info usernet`: guest port -> loopback
// port. Connections that pass through them are listed there too, and ignored.
std::map<int, int> ParseUsernet(const std::string& text);

}  // namespace faultline
