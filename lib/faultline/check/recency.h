#pragma once

#include "faultline/evidence/verdict.h"
#include "faultline/history/history.h"

namespace faultline {

// A necessary condition for linearizable registers, not a sufficient one: cheap
// (log-linear) and sound, it finds reads that are stale in real time, but not
// every disagreement of concurrent operations. Needs unique written values
// (else kUnknown). A successful read
// - returns a value whose write was invoked before the read completed and did
//   not certainly fail;
// - does not return a value that was certainly overwritten: another write of
//   the key was acknowledged before the read was invoked, and was itself
//   invoked after the read value's write had been acknowledged;
// - finds the key, if a write of it was acknowledged before the read was
//   invoked and the history never deletes the key.
// A delete overwrites as a write does. kUnknown without any successful read.
Verdict CheckReadRecency(const History& history);

}  // namespace faultline
