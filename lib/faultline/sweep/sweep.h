#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/nemesis/plan_rules.h"
#include "faultline/nemesis/shrink.h"
#include "faultline/sweep/planted_store.h"
#include "faultline/sweep/sweep_run.h"

namespace faultline {

struct SweepOptions {
  std::uint64_t seed = 1;    // run i (from 0) has seed + i * stride
  std::uint64_t stride = 1;  // as many machines as share a sweep
  Duration time = std::chrono::minutes(20);
  std::int64_t runs = 0;  // 0: as many as the time allows
  // Without bookmarks (etcd before 3.5.8 is known to break there, its issue
  // 15220) and previous, where 3.4.23 breaks, too (docs/checking.md).
  std::vector<std::string> loads = {"register", "map", "set", "watch"};
  PlanRules rules;
  std::optional<FaultPlan> plan = {};  // instead of drawn ones
  bool shrink = true;
  Repetition repetition;
  Duration time_to_shrink = std::chrono::minutes(20);
  bool go_on = false;    // after a violation
  int canary_tries = 5;  // at most
};

// The search for a defect that was planted to try the sweep itself.
struct Canary {
  PlantedDefect defect = PlantedDefect::kLostWrite;
  int tries = 0;
  bool found = false;
};

// What of a case a seed decides.
SweepCase DrawCase(const SweepOptions& options, std::uint64_t seed);

// Which defect a seed plants, among those that these loads can show.
PlantedDefect DrawCanary(const std::vector<std::string>& loads,
                         std::uint64_t seed);

struct SweepViolation {
  SweepCase what;
  SweepOutcome outcome;              // of the run that found it
  std::optional<ShrunkPlan> shrunk;  // absent: not wanted
  std::filesystem::path plan_file;   // of the smallest plan
};

// A run as a summary keeps it. `name` is its directory's, which is gone if it
// held.
struct SweepRun {
  std::string name;
  SweepCase what;
  Judgement judgement = Judgement::kUnknown;
  std::string reason = {};  // what did not hold, in a line
  Duration outage{0};
  Duration took{0};
};

struct SweepSummary {
  int held = 0;
  int violated = 0;
  int inconclusive = 0;
  Duration took{0};  // drawn runs alone, without shrinking
  std::vector<SweepViolation> violations;
  std::vector<SweepRun> drawn = {};   // every run but the canary's, in order
  std::optional<Canary> canary = {};  // absent: not wanted

  // It was looked for in vain: that runs held says nothing.
  bool CanaryMissed() const { return canary && !canary->found; }
  int runs() const { return held + violated + inconclusive; }
  // 0 all held, 1 a violation, 2 nothing violated but something inconclusive,
  // no run at all, or the canary missed.
  int ExitStatus() const;
};

// Random plans beside random loads, run after run. Runs live in `directory`:
// run-1/, run-2/, ... are kept unless they held. One thread.
class Sweep {
 public:
  // Runs a case into a directory that exists and is empty. What it throws makes
  // the run inconclusive; a UsageError ends the sweep.
  using Bench = std::function<SweepOutcome(const SweepCase&,
                                           const std::filesystem::path&)>;
  using Print = std::function<void(const std::string& line)>;

  Sweep(SweepOptions options, Bench bench, std::filesystem::path directory,
        Print print);

  // A run of the same kind on a store with this defect.
  using CanaryBench = std::function<SweepOutcome(
      PlantedDefect, const SweepCase&, const std::filesystem::path&)>;

  // Looks for a canary before all else, in canary-1/, ... What the defect
  // cannot have caused is a violation like any other; the run that found it and
  // showed nothing else is not kept.
  void SetCanary(CanaryBench bench) { canary_bench_ = std::move(bench); }

  SweepSummary Run();

 private:
  SweepOutcome RunInto(const Bench& bench, const SweepCase& what,
                       const std::string& name);
  void LookForCanary();
  void RunNext(std::uint64_t seed);
  void TakeViolation(const SweepCase& what, const SweepOutcome& outcome,
                     const std::string& name);
  ShrunkPlan Shrink(const SweepCase& what, const std::string& name);
  bool IsOver() const;

  const SweepOptions options_;
  const Bench bench_;
  CanaryBench canary_bench_;
  const std::filesystem::path directory_;
  const Print print_;
  SweepSummary summary_;
  int broken_in_a_row_ = 0;
};

// "seed 12 load map faults 3 operations 812 (780 acknowledged) outage 1.2 s
// held (24 s)".
std::string ToLine(const SweepCase& what, const SweepOutcome& outcome);
// "lost-write found in try 2".
std::string ToText(const Canary& canary);
// "the smallest failing plan, 1 of 4 faults after 12 runs".
std::string ShrinkingText(const SweepViolation& violation);
// The line that runs it again; `rerun` is the sweep's command line.
std::string RerunLine(const SweepViolation& violation,
                      const std::string& rerun);
// Leads with each violation's smallest plan, then counts.
std::string ToText(const SweepSummary& summary, const std::string& rerun);

}  // namespace faultline
