#pragma once

#include <string>
#include <vector>

#include "faultline/page/stored_results.h"

namespace faultline::internal {

// T040's acceptance list, a row a line: the verdict of the runs that answer it,
// or "not run", and where they are stored. The last line asks that each of
// `components` has a run.
std::string AcceptanceTable(const std::vector<StoredRun>& runs,
                            const std::vector<std::string>& components);

}  // namespace faultline::internal
