#pragma once

#include <vector>

#include "faultline/check/commit_log.h"
#include "faultline/check/verdict.h"
#include "faultline/history/history.h"

namespace faultline {

// Needs unique written values (a workload's are). Every acknowledged write,
// delete excepted, stands exactly once in every member's log, an unknown one at
// most once, a failed one never, and the log holds no value that nobody wrote
// (keys that the history never names are ignored). kUnknown without any
// acknowledged write or without any log. Names each offending operation.
Verdict CheckDurability(const History& history,
                        const std::vector<CommitLog>& logs);

// All members show the same changes in the same order. kUnknown with fewer than
// two logs or empty ones.
Verdict CheckAgreement(const std::vector<CommitLog>& logs);

}  // namespace faultline
