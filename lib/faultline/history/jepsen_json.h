#pragma once

#include <string_view>

#include "faultline/history/edn.h"

namespace faultline::internal {

// A JSON object as the EDN that it was written from: null is nil, an array a
// vector, an object a map with strings for keys. Throws UsageError with the
// reason.
EdnValue ReadJsonValue(std::string_view text);

}  // namespace faultline::internal
