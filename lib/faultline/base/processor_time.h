#pragma once

#include <sys/types.h>

#include <optional>

namespace faultline {

// The processor time in seconds (user and system, all threads) that a process
// has used so far; nothing if there is no such process.
std::optional<double> ProcessorSeconds(pid_t pid);

}  // namespace faultline
