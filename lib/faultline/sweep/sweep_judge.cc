#include "faultline/sweep/sweep_judge.h"

#include "faultline/check/durability.h"
#include "faultline/check/linearizability.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/check/raft_logs.h"
#include "faultline/check/watch.h"

namespace faultline {
namespace {

// A load's histories take milliseconds; a sweep must go on all the same.
CheckOptions CheckBudget() {
  CheckOptions options;
  options.time = std::chrono::seconds(60);
  options.memory_bytes = std::uint64_t{1} << 30;
  return options;
}

Verdict JudgeHistory(const History& history, const std::string& model_name) {
  const Model model = FindModel(model_name);
  const CheckOptions budget = CheckBudget();
  return Summarize(history, model, budget,
                   CheckLinearizability(history, model, budget));
}

}  // namespace

std::vector<Verdict> JudgeRun(const SweepLoad& load,
                              const StoreWorkloadResult& result,
                              const std::vector<CommitLog>& logs,
                              const WatchTrace& watches) {
  std::vector<Verdict> verdicts;
  if (!logs.empty()) {
    if (load.logs_show_values) {
      verdicts.push_back(CheckDurability(result.history, logs));
    }
    verdicts.push_back(CheckAgreement(logs));
    verdicts.push_back(CheckStateMachineSafety(logs));
    if (!load.watches.empty()) {
      verdicts.push_back(CheckWatch({watches, logs.front()}));
    }
  }
  verdicts.push_back(CheckRaftInvariants(result.trace));
  verdicts.push_back(JudgeHistory(result.history, load.model));
  return verdicts;
}

}  // namespace faultline
