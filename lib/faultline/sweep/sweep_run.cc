#include "faultline/sweep/sweep_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/check/availability.h"
#include "faultline/check/check_persisted.h"
#include "faultline/check/judge_run.h"
#include "faultline/nemesis/downtimes.h"
#include "faultline/sweep/sweep_load.h"
#include "faultline/workload/processor_waits.h"

namespace faultline {
namespace {

Verdict Held(const std::string& property) {
  return {Judgement::kHolds, property, {}};
}

// A load's histories take milliseconds; a sweep must go on all the same.
CheckOptions CheckBudget() {
  CheckOptions options;
  options.time = std::chrono::seconds(60);
  options.memory_bytes = std::uint64_t{1} << 30;
  return options;
}

class SweepRun {
 public:
  SweepRun(ReplicatedStore& store, const SweepCase& what,
           std::filesystem::path directory, const SweepPatience& patience,
           ProcessorWatch::Look look, const DisksReader& read_disks)
      : store_(store),
        what_(what),
        load_(FindSweepLoad(what.load)),
        directory_(std::move(directory)),
        patience_(patience),
        read_disks_(read_disks),
        recorder_(directory_ / "history.jsonl", Metadata(store, what)),
        workload_(store, load_.traffic, load_.options, what.seed, recorder_),
        processor_waits_(std::move(look), recorder_) {
    if (load_.watches.empty()) return;
    watchers_ = std::make_unique<Watchers>(
        store, load_.watches, directory_ / "watch.jsonl", recorder_);
  }

  SweepOutcome Run(const Nemesis::Maker& make) {
    const TimePoint began = std::chrono::steady_clock::now();
    WriteFileAtomically(directory_ / "plan.txt", ToText(what_.plan));
    if (watchers_) watchers_->Start();
    workload_.Start();
    if (ServesBeforehand()) {
      CarryOut(make);
      Converge();
    }
    Judge();
    JudgeDisks();
    Conclude();
    outcome_.took = std::chrono::steady_clock::now() - began;
    return outcome_;
  }

 private:
  static std::map<std::string, std::string> Metadata(ReplicatedStore& store,
                                                     const SweepCase& what) {
    std::map<std::string, std::string> metadata = {
        {"store", store.name()},
        {"load", what.load},
        {"seed", std::to_string(what.seed)}};
    for (const auto& [name, value] : store.settings()) metadata[name] = value;
    return metadata;
  }

  void Add(Verdict verdict) { outcome_.verdicts.push_back(std::move(verdict)); }

  // True if `action` did not throw; else a verdict with what it threw.
  template <typename Action>
  bool Requires(const std::string& property, Judgement otherwise,
                Action action) {
    try {
      action();
      Add(Held(property));
      return true;
    } catch (const Error& error) {
      Add({otherwise, property, {error.what()}});
      return false;
    }
  }

  bool ServesBeforehand() {
    return Requires("the cluster serves before any fault", Judgement::kUnknown,
                    [&] {
                      workload_.WaitForAcknowledged(patience_.operations,
                                                    Within(patience_.to_serve));
                    });
  }

  void CarryOut(const Nemesis::Maker& make) {
    Nemesis nemesis(make, what_.plan, recorder_);
    carried_out_ = Requires(
        "every fault takes effect and is healed", Judgement::kUnknown, [&] {
          nemesis.Start();
          nemesis.Finish(Within(what_.plan.length() + patience_.to_end_plan));
        });
  }

  // If a fault could not be healed, the cluster is not to blame.
  void Converge() {
    const Judgement otherwise =
        carried_out_ ? Judgement::kViolated : Judgement::kUnknown;
    converged_ =
        Requires(
            "when all is healed, the members agree in time", otherwise,
            [&] { store_.WaitForAgreement(Within(patience_.to_converge)); }) &&
        Requires("when all is healed, the cluster serves", otherwise, [&] {
          workload_.WaitForAcknowledged(patience_.operations,
                                        Within(patience_.to_serve));
        });
  }

  void Judge() {
    StoreWorkloadResult result = workload_.Stop();
    evidence_.trace = std::move(result.trace);
    evidence_.probes = std::move(result.probes);
    if (converged_) {
      Requires("every member tells what it holds", Judgement::kUnknown, [&] {
        store_.WaitForAgreement(Within(patience_.to_converge));
        ReadEverything(store_, load_.traffic, load_.options.request_timeout,
                       recorder_, Within(patience_.to_converge));
        ReadLogs();
      });
    }
    EndWatches();
    // A late change may come to a watch first.
    if (watchers_ && !evidence_.commits.empty()) ReadLogs();
    evidence_.history = std::make_shared<const History>(recorder_.Snapshot());
    Count();
    WriteRunEvidence(evidence_, directory_);
    promises_ = MakePromises();
    WriteFileAtomically(directory_ / "promises.json", ToJson(promises_));
    for (Verdict& verdict : JudgeRun(evidence_, promises_, CheckBudget()))
      Add(std::move(verdict));
  }

  // The independent oracle: what the members wrote down, asked without them.
  void JudgeDisks() {
    if (!read_disks_) return;
    outcome_.judgement = Combine(outcome_.verdicts).judgement;
    if (!Requires("every member's disk can be read", Judgement::kUnknown,
                  [&] { evidence_.disks = read_disks_(outcome_); }))
      return;
    if (evidence_.disks.empty()) return;
    WriteRunEvidence(evidence_, directory_);
    for (Verdict& verdict : JudgePersisted(evidence_, promises_))
      Add(std::move(verdict));
  }

  // Outages are bounded during the faults too, where they leave a majority.
  Promises MakePromises() {
    const Duration limit = store_.ElectionBound();
    const std::vector<Downtime> downtimes =
        InevitableDowntimes(evidence_.history->faults, what_.plan);
    const auto late = LateOutages(evidence_.probes, limit.count(), downtimes);
    return {.model = load_.model,
            .raft = true,
            .logs_show_values = load_.logs_show_values,
            .outage_limit_ns = limit.count(),
            .downtimes = downtimes,
            .processor_wait = processor_waits_.LeastIn(late)};
  }

  void Count() {
    outcome_.operations =
        static_cast<std::int64_t>(evidence_.history->operations.size());
    outcome_.acknowledged = evidence_.history->CountAcknowledged();
    for (const Outage& outage : FindOutages(evidence_.probes)) {
      outcome_.outage = std::max(outcome_.outage, Duration(outage.length_ns()));
    }
  }

  void EndWatches() {
    if (!watchers_) return;
    if (evidence_.commits.empty()) {
      watchers_->Stop();
    } else {
      FinishWatches();
      evidence_.watches = watchers_->trace();
    }
  }

  void FinishWatches() {
    constexpr char kProperty[] =
        "when all is healed, every watch catches up in time";
    try {
      watchers_->Finish(evidence_.commits.front(),
                        Within(patience_.to_converge));
      Add(Held(kProperty));
    } catch (const TimeoutError& error) {
      const Judgement late =
          carried_out_ ? Judgement::kViolated : Judgement::kUnknown;
      Add({late, kProperty, {error.what()}});
    }
  }

  void ReadLogs() {
    evidence_.commits = store_.ReadAllLogs(Within(patience_.to_converge));
  }

  void Conclude() {
    outcome_.judgement = Combine(outcome_.verdicts).judgement;
    outcome_.evidence = directory_;
    std::string text;
    for (const Verdict& verdict : outcome_.verdicts) {
      text +=
          fmt::format("{}: {}\n", ToText(verdict.judgement), verdict.property);
      for (const std::string& line : verdict.evidence) text += line + "\n";
    }
    WriteFileAtomically(directory_ / "verdict.txt", text);
  }

  ReplicatedStore& store_;
  const SweepCase& what_;
  const SweepLoad& load_;
  const std::filesystem::path directory_;
  const SweepPatience patience_;
  const DisksReader& read_disks_;
  Recorder recorder_;
  StoreWorkload workload_;
  ProcessorWaits processor_waits_;
  std::unique_ptr<Watchers> watchers_;
  RunEvidence evidence_;
  Promises promises_;
  SweepOutcome outcome_;
  bool carried_out_ = false;
  bool converged_ = false;
};

}  // namespace

std::string SweepOutcome::Reason() const {
  const auto worst =
      std::ranges::find(verdicts, judgement, &Verdict::judgement);
  if (judgement == Judgement::kHolds || worst == verdicts.end()) return "";
  if (worst->evidence.empty()) return worst->property;
  const std::string& first = worst->evidence.front();
  return fmt::format("{}: {}", worst->property,
                     first.substr(0, first.find('\n')));
}

SweepOutcome RunSweepCase(ReplicatedStore& store, const Nemesis::Maker& make,
                          const SweepCase& what,
                          const std::filesystem::path& directory,
                          const SweepPatience& patience,
                          ProcessorWatch::Look look,
                          const DisksReader& read_disks) {
  return SweepRun(store, what, directory, patience, std::move(look), read_disks)
      .Run(make);
}

}  // namespace faultline
