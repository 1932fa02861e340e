#include "faultline/check/judge_run.h"

#include <algorithm>

#include "faultline/check/availability.h"
#include "faultline/check/check_persisted.h"
#include "faultline/check/durability.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/check/raft_logs.h"
#include "faultline/check/watch.h"

namespace faultline {
namespace {

// Its answer would have been another in another state.
bool ShowsState(const Operation& operation) {
  if (operation.outcome != Outcome::kOk) return false;
  switch (operation.kind) {
    case OperationKind::kRead:
    case OperationKind::kCompareAndSet:
    case OperationKind::kDequeue:
    case OperationKind::kAcquire:
      return true;
    case OperationKind::kCall:
      return !operation.call->output.empty();
    default:
      return std::ranges::any_of(operation.accesses, [](const Access& access) {
        return !access.write;
      });
  }
}

// What the members hold.
void JudgeLogs(const RunEvidence& evidence, const Promises& promises,
               std::vector<Verdict>& verdicts) {
  const std::vector<CommitLog>& commits = evidence.commits;
  if (evidence.history && promises.logs_show_values && !commits.empty())
    verdicts.push_back(CheckDurability(*evidence.history, commits));
  if (commits.size() > 1) {
    verdicts.push_back(CheckAgreement(commits));
    verdicts.push_back(CheckStateMachineSafety(commits));
  }
  if (evidence.raft_logs.size() > 1)
    verdicts.push_back(CheckLogMatching(evidence.raft_logs));
  if (evidence.watches && !commits.empty())
    verdicts.push_back(CheckWatch({*evidence.watches, commits.front()}));
}

void Append(std::vector<Verdict> more, std::vector<Verdict>& verdicts) {
  std::ranges::move(more, std::back_inserter(verdicts));
}

std::vector<Verdict> JudgeMachines(const RunEvidence& evidence,
                                   const VmPromises& promises) {
  return JudgeVms(*evidence.vms,
                  evidence.history ? evidence.history->faults
                                   : std::vector<FaultInterval>{},
                  promises);
}

}  // namespace

std::vector<Verdict> JudgeRun(const RunEvidence& evidence,
                              const Promises& promises,
                              const CheckOptions& options) {
  std::vector<Verdict> verdicts;
  JudgeLogs(evidence, promises, verdicts);
  if (!evidence.disks.empty())
    Append(JudgePersisted(evidence, promises), verdicts);
  if (promises.raft || !evidence.trace.empty())
    verdicts.push_back(CheckRaftInvariants(evidence.trace));
  if (evidence.history && !promises.model.empty()) {
    verdicts.push_back(JudgeLinearizability(
        *evidence.history, FindModel(promises.model), options));
  }
  if (promises.outage_limit_ns) {
    verdicts.push_back(JudgeOutages(evidence.probes, promises));
  }
  if (evidence.vms && promises.vms)
    Append(JudgeMachines(evidence, *promises.vms), verdicts);
  return verdicts;
}

Verdict JudgeOutages(const std::vector<Probe>& probes,
                     const Promises& promises) {
  return ExcuseStarvedMachines(
      CheckRecovery(probes, promises.outage_limit_ns.value(),
                    promises.downtimes),
      promises.processor_wait);
}

Verdict JudgeLinearizability(const History& history, const Model& model,
                             const CheckOptions& options) {
  Verdict verdict = Summarize(history, model, options,
                              CheckLinearizability(history, model, options));
  if (verdict.Holds() && std::ranges::none_of(history.operations, ShowsState)) {
    verdict.judgement = Judgement::kUnknown;
    verdict.evidence = {"no answer shows anything of the state"};
  }
  return verdict;
}

}  // namespace faultline
