#pragma once

#include <vector>

#include "faultline/check/commit_log.h"
#include "faultline/check/verdict.h"
#include "faultline/history/history.h"

namespace faultline {

// Needs unique written values (a workload's are; else kUnknown). Every
// acknowledged write or compare-and-set stands exactly once in every member's
// log, an unknown one at most once, a failed one never, and the log holds no
// value that nobody wrote. Keys that the history never names are ignored, a
// probe's among them, and so are deletes. Reads are not judged. kUnknown
// without any acknowledged write or without any log. Names each offending
// operation.
Verdict CheckDurability(const History& history,
                        const std::vector<CommitLog>& logs);

// All members show the same changes in the same order, probes included: a log
// that ends early or is empty beside others disagrees. kUnknown with fewer than
// two logs or if all are empty.
Verdict CheckAgreement(const std::vector<CommitLog>& logs);

}  // namespace faultline
