#pragma once

#include <vector>

#include "faultline/evidence/outage.h"
#include "faultline/history/history.h"
#include "faultline/nemesis/plan.h"

namespace faultline {

// When a replicated service may be down because of what a plan did to its
// nodes: `recorded` are the faults of the run in which it was carried out. At
// all other times a majority that serves and hears each other must acknowledge
// requests, also while a fault lasts.
//
// - While no majority is left, or a fault comes and goes by itself, or makes
//   nodes worse without stopping them: from when it was asked for until what it
//   hit was back.
// - At the moment at which a fault is asked for, takes effect, is healed, or is
//   over: an election may begin anew.
//
// An outage must thus end within its bound after the last of these (see
// CheckRecovery). Sorted. Faults that are not in the plan excuse as if they
// left no majority. Throws UsageError for a plan that is not valid.
std::vector<Downtime> InevitableDowntimes(
    const std::vector<FaultInterval>& recorded, const FaultPlan& plan);

}  // namespace faultline
