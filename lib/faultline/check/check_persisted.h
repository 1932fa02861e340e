#pragma once

#include <vector>

#include "faultline/check/promises.h"
#include "faultline/check/raft_logs.h"
#include "faultline/evidence/persisted_log.h"
#include "faultline/evidence/raft_trace.h"
#include "faultline/evidence/run_evidence.h"
#include "faultline/evidence/verdict.h"
#include "faultline/evidence/watch_trace.h"
#include "faultline/history/history.h"

namespace faultline {

// Judges what the members of a cluster have on their disks, after the run.
// Needs neither the members nor their word. All are pure.

// All that follows, of `evidence.disks`, which are those of all members, as far
// as the rest of it goes.
std::vector<Verdict> JudgePersisted(const RunEvidence& evidence,
                                    const Promises& promises);

// Every file can be read; a torn tail is no violation, and is named.
Verdict CheckPersistedFiles(const std::vector<PersistedLog>& logs);

// Log Matching (Ongaro & Ousterhout 2014, figure 3); see CheckLogMatching.
Verdict CheckPersistedLogMatching(const std::vector<PersistedLog>& logs);

// State Machine Safety: what two members both know to be committed is the same
// entry. kUnknown if no two share a committed index.
Verdict CheckPersistedCommits(const std::vector<PersistedLog>& logs);

// A member votes once a term at most, and its term never goes back.
Verdict CheckPersistedVotes(const std::vector<PersistedLog>& logs);

// Who was seen to lead in a term voted for itself in it, as its disk says,
// unless the disk tells only of later terms. kUnknown without a leader seen.
Verdict CheckPersistedLeaders(const RaftTrace& trace,
                              const std::vector<PersistedLog>& logs);

// CheckDurability on what stands on the disks of a majority of `members`, which
// are at least as many as there are logs. kUnknown unless a member's log tells
// all changes since the store was empty.
Verdict CheckPersistedWrites(const History& history,
                             const std::vector<PersistedLog>& logs,
                             std::size_t members);

// CheckWatch and CheckWatchComplete against what stands on the disks of a
// majority; kUnknown as CheckPersistedWrites is.
Verdict CheckPersistedWatches(const WatchTrace& watches,
                              const std::vector<PersistedLog>& logs,
                              std::size_t members);

// What a member showed of its commits while it ran is what its disk holds.
Verdict CheckPersistedAgainst(const CommitLog& shown, const PersistedLog& log);

// The changes of all entries that the disks of a majority of `members` hold.
CommitLog MajorityChanges(const std::vector<PersistedLog>& logs,
                          std::size_t members);

}  // namespace faultline
