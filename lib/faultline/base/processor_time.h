#pragma once

#include <sys/types.h>

#include <map>
#include <optional>

#include "faultline/base/deadline.h"

namespace faultline {

// The processor time in seconds (user and system, all threads) that a process
// has used so far; nothing if there is no such process.
std::optional<double> ProcessorSeconds(pid_t pid);

// How long something ran, and how long it waited for a processor meanwhile.
struct ProcessorShare {
  Duration ran = Duration::zero();
  Duration waited = Duration::zero();
};

// What each thread of a process, by its number, ran and waited since it began.
using ProcessorUse = std::map<pid_t, ProcessorShare>;

// Nothing if there is no such process, or if its kernel does not tell (proc(5),
// schedstat).
std::optional<ProcessorUse> ProcessorUseOf(pid_t pid);

// What all threads of one process ran and waited from one look to a later one.
// A thread that has ended meanwhile counts for nothing.
ProcessorShare Difference(const ProcessorUse& from, const ProcessorUse& until);

}  // namespace faultline
