#pragma once

#include <string>
#include <vector>

#include "faultline/page/stored_results.h"

namespace faultline {

// The components that T040 asks about, whether there are results or not.
std::vector<std::string> ComponentsOfT040();

// docs/ops/ha-behavior.md: T040's acceptance list with a verdict a line, then
// what each component did under each fault, its gaps and what follows. Every
// figure comes from `runs`; the same runs give the same text. Components beyond
// ComponentsOfT040() follow by the roles of their runs. `scenarios` are all
// that T040 has: those without a run are told as not run.
std::string HaBehavior(const std::vector<StoredRun>& runs,
                       const std::vector<std::string>& scenarios);

}  // namespace faultline
