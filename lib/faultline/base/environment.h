#pragma once

#include <optional>
#include <string>

namespace faultline {

// The value of an environment variable; an empty one counts as not set.
std::optional<std::string> Environment(const std::string& name);

}  // namespace faultline
