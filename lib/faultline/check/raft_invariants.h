#pragma once

#include "faultline/evidence/raft_trace.h"
#include "faultline/evidence/verdict.h"

namespace faultline {

// Over the observations (Ongaro & Ousterhout, "In Search of an Understandable
// Consensus Algorithm", 2014, figure 3 and section 5.2): at most one leader per
// term; no member's term ever goes back (it is persistent); no member's commit
// or applied index goes back within one incarnation. kUnknown for an empty
// trace or one that never shows a leader.
Verdict CheckElectionSafety(const RaftTrace& trace);
Verdict CheckTermsOnlyGrow(const RaftTrace& trace);
Verdict CheckIndexesOnlyGrow(const RaftTrace& trace);
// All of them.
Verdict CheckRaftInvariants(const RaftTrace& trace);

}  // namespace faultline
