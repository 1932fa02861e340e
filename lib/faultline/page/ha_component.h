#pragma once

#include <set>
#include <string>
#include <vector>

#include "faultline/page/stored_results.h"

namespace faultline::internal {

// The section of the document about one component, from its stored runs: what
// was tested, what it can do, how it fails, how it comes back, what it lacks,
// what follows. `not_run` are its scenarios of which no run is stored.
std::string ComponentSection(const std::string& component,
                             const std::vector<StoredRun>& runs,
                             const std::set<std::string>& not_run);

}  // namespace faultline::internal
