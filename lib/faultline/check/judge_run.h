#pragma once

#include <vector>

#include "faultline/check/linearizability.h"
#include "faultline/check/promises.h"
#include "faultline/evidence/run_evidence.h"
#include "faultline/evidence/verdict.h"

namespace faultline {

// Everything that the evidence of a run can be asked under its promises: the
// one list of judgements of the test fixtures, the sweep and `faultline check`.
//
//   acknowledged changes are there exactly once   history and commits
//   members agree, and applied the same           two commit logs or more
//   Raft logs match                               two Raft logs or more
//   what stands on the disks is one log,          disks; history, trace and
//     with every acknowledged change              commits
//   watches bring every change                    watches and commits
//   terms only grow, one leader a term            trace, or a Raft store
//   the history is linearizable                   history and a promised model
//   outages end in time                           probes and a promised limit
//   a machine runs once at most, and in time      ticks and promises of them
//
// What was not recorded is not asked; nothing recorded at all gives no verdict,
// which is for the caller to refuse. Pure. Throws UsageError for a model that
// does not exist.
std::vector<Verdict> JudgeRun(const RunEvidence& evidence,
                              const Promises& promises,
                              const CheckOptions& options = {});

// Whether outages end in the promised time; `promises` has a limit.
Verdict JudgeOutages(const std::vector<Probe>& probes,
                     const Promises& promises);

// Whether the history is linearizable as `model`; kUnknown also for one in
// which no answer shows anything of the state (no read, compare, dequeue or
// lock): it would hold whatever the service did.
Verdict JudgeLinearizability(const History& history, const Model& model,
                             const CheckOptions& options = {});

}  // namespace faultline
