#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/check/availability.h"
#include "faultline/check/linearizability.h"
#include "faultline/evidence/commit_log.h"
#include "faultline/evidence/raft_trace.h"
#include "faultline/evidence/verdict.h"
#include "faultline/evidence/watch_trace.h"
#include "faultline/history/history.h"

namespace faultline {

void PrintTo(const Verdict& verdict, std::ostream* out);

// The verdict is kHolds. Explains itself: "VIOLATED every acknowledged write is
// there: ..." or "INCONCLUSIVE ...".
testing::Matcher<const Verdict&> Holds();

// The verdicts behind the matchers, for a report that keeps them.
// kUnknown also for a history in which no answer shows anything of the state
// (no read, compare, dequeue or lock): it would hold whatever the service did.
Verdict JudgeLinearizability(const History& history,
                             const std::string& model = "map",
                             const CheckOptions& options = {});

// Each explains itself as Holds does, and fails for what proves nothing: no
// acknowledged operation, nothing observed, no event, no probe.

// Histories: some order of the operations, each between its invocation and its
// completion, gives the answers that the clients saw. `model` is one of
// ModelNames().
testing::Matcher<const History&> IsLinearizable(
    const std::string& model = "map", const CheckOptions& options = {});

// Raft traces: at most one leader a term, terms and indexes only grow.
testing::Matcher<const RaftTrace&> HoldsRaftInvariants();

// Watches: every guarantee of check/watch.h that the run exercises.
testing::Matcher<const WatchedRun&> DeliversEveryEvent();

// Histories: CheckDurability in what the members show.
testing::Matcher<const History&> LosesNoAcknowledgedWrite(
    const std::vector<CommitLog>& logs);

// Probes: every outage ended, none was longer than `limit`, and there was
// service before the first.
testing::Matcher<const std::vector<Probe>&> RecoversWithin(Duration limit);

// "VIOLATED <property>", then its evidence, a line each.
std::string Explain(const Verdict& verdict);

}  // namespace faultline
