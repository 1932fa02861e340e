#pragma once

#include <vector>

#include "faultline/evidence/commit_log.h"
#include "faultline/evidence/raft_log.h"
#include "faultline/evidence/verdict.h"

namespace faultline {

// Log Matching (Ongaro & Ousterhout 2014, figure 3): if two logs have an entry
// of the same index and term, they agree in all entries up to it. Indexes
// within a log grow by one and terms never go back. kUnknown if no two logs
// share an index.
Verdict CheckLogMatching(const std::vector<RaftLog>& logs);

// State Machine Safety (figure 3), where members show what they applied: no two
// members applied different changes at one revision. A log may begin later and
// end earlier than another, unlike in CheckAgreement; within what two have in
// common none may leave a revision out. Revisions of a log never go back.
// kUnknown if no two logs share a revision.
Verdict CheckStateMachineSafety(const std::vector<CommitLog>& logs);

}  // namespace faultline
