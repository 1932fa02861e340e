#pragma once

#include <string>
#include <string_view>

namespace faultline::internal {

// The first characters of a token decide that it must be a number.
bool StartsNumber(std::string_view token);
bool IsNumber(std::string_view token);
// Without a plus, the N of a large integer or the M of an exact decimal, so
// that equal integers are equal texts.
std::string CanonicalNumber(std::string_view token);

}  // namespace faultline::internal
