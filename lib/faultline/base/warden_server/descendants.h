#pragma once

#include <sys/types.h>

#include <vector>

namespace faultline::internal {

// The living and the unreaped children of this process, as /proc shows them.
// A reaper's children include the orphans of its descendants.
std::vector<pid_t> ChildrenOfThisProcess();

}  // namespace faultline::internal
