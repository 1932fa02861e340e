#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace faultline {

// "250ms", "60s", "5m", "1h"; a plain number counts seconds. Throws UsageError.
std::chrono::milliseconds ParseTimeBudget(const std::string& text);

// "512MiB", "2GiB", "64KiB"; a plain number counts bytes. Throws UsageError.
std::uint64_t ParseMemoryBudget(const std::string& text);

}  // namespace faultline
