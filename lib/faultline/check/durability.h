#pragma once

#include <vector>

#include "faultline/evidence/commit_log.h"
#include "faultline/evidence/verdict.h"
#include "faultline/history/history.h"

namespace faultline {

// Needs unique written values (a workload's are; else kUnknown), and logs that
// show every change since the store began. Every acknowledged write or
// compare-and-set stands exactly once in every member's log, an unknown one at
// most once, a failed one never, and the log holds no value that nobody wrote.
// A key is deleted at most as often as that was asked for and may have
// happened, and stays deleted after an acknowledged delete that no other change
// of it can have followed. The text of an acknowledged append stands within a
// value of its key. Keys that the history never names are ignored, a probe's
// among them. Reads are not judged. kUnknown without any acknowledged change or
// without any log. Names each offending operation.
Verdict CheckDurability(const History& history,
                        const std::vector<CommitLog>& logs);

// All members show the same changes in the same order, probes included: a log
// that ends early or is empty beside others disagrees. kUnknown with fewer than
// two logs or if all are empty.
Verdict CheckAgreement(const std::vector<CommitLog>& logs);

}  // namespace faultline
