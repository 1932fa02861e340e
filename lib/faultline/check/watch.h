#pragma once

#include "faultline/evidence/verdict.h"
#include "faultline/evidence/watch_trace.h"

namespace faultline {

// The guarantees of a watch, as etcd states them (etcd documentation, "etcd API
// guarantees", section "Watch APIs"), over everything that the watches of a run
// delivered, judged against the changes that the store shows. A stretch is what
// came between two starts or resumptions of one watch. kUnknown if the run does
// not exercise the guarantee.

// Within a stretch revisions never go back.
Verdict CheckWatchOrdered(const WatchedRun& run);
// Within a stretch no change comes twice.
Verdict CheckWatchUnique(const WatchedRun& run);
// The changes of one revision come in one message, all of them.
Verdict CheckWatchAtomic(const WatchedRun& run);
// What comes is what the store shows; no revision is left out before one that
// came, and none up to where the client ended the watch.
Verdict CheckWatchReliable(const WatchedRun& run);
// A resumed watch goes on with the first change from the revision asked for,
// and is refused only if that revision was compacted.
Verdict CheckWatchResumable(const WatchedRun& run);
// When the service says that all up to a revision was delivered, it was, and
// nothing up to there comes later.
Verdict CheckWatchBookmarks(const WatchedRun& run);
// Each event tells the value that the store had before, if it was asked to.
Verdict CheckWatchPreviousValues(const WatchedRun& run);
// Each event tells rightly whether it created the key.
Verdict CheckWatchCreateFlags(const WatchedRun& run);
// Only what was asked for comes: keys, puts, deletes.
Verdict CheckWatchFilter(const WatchedRun& run);

// All of them; what the run does not exercise is left out and named. kUnknown
// if no event was delivered or the store shows no change.
Verdict CheckWatch(const WatchedRun& run);

}  // namespace faultline
