#pragma once

#include <sys/types.h>

#include <optional>

namespace faultline {

// The processor time in seconds (user and system, all threads) that a process
// has used so far; nothing if there is no such process.
std::optional<double> ProcessorSeconds(pid_t pid);

// Of the time that the process's threads wanted a processor since they began,
// the share that they waited for one: 0 on an idle machine, near 1 on one that
// has far too much to do. Nothing if there is no such process, or if its kernel
// does not tell (proc(5), schedstat).
std::optional<double> ProcessorWait(pid_t pid);

}  // namespace faultline
