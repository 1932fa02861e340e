#pragma once

#include <string>
#include <string_view>

namespace faultline::internal {

bool IsGzip(std::string_view content);

// Decompresses what gzip wrote, several members one after the other too. Throws
// UsageError with `name` and the reason if it is damaged or cut off.
std::string Gunzip(std::string_view compressed, const std::string& name);

}  // namespace faultline::internal
