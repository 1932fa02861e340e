#pragma once

#include <vector>

#include "faultline/check/commit_log.h"
#include "faultline/check/verdict.h"
#include "faultline/sweep/sweep_load.h"
#include "faultline/workload/kv/store_workload.h"

namespace faultline {

// All oracles that a load's run can be asked. Without `logs` (the members could
// not be asked) those about what they hold are left out.
std::vector<Verdict> JudgeRun(const SweepLoad& load,
                              const StoreWorkloadResult& result,
                              const std::vector<CommitLog>& logs,
                              const WatchTrace& watches = {});

}  // namespace faultline
