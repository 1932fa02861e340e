#pragma once

#include <sys/types.h>

#include <vector>

namespace faultline::internal {

// The living and the unreaped children of this process, as /proc shows them.
// A reaper's children include the orphans of its descendants.
std::vector<pid_t> ChildrenOfThisProcess();

// Whether a process runs the same program as this one.
bool IsWarden(pid_t pid);

}  // namespace faultline::internal
