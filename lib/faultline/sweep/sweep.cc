#include "faultline/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/base/random.h"
#include "faultline/sweep/sweep_load.h"

namespace faultline {
namespace {

constexpr std::uint64_t kLoadStream = 0x6c6f6164;    // "load"
constexpr std::uint64_t kCanaryStream = 0x63616e61;  // "cana"
// A machine that cannot run anything would only fill the disk.
constexpr int kMostInconclusiveInARow = 5;

bool CanShow(const SweepLoad& load, PlantedDefect defect) {
  switch (defect) {
    case PlantedDefect::kLostWrite:  // of plain writes, which sets have none of
      return load.traffic.kind != LoadKind::kSet;
    case PlantedDefect::kStaleRead:
      return true;
    case PlantedDefect::kLostEvent:
    case PlantedDefect::kRepeatedEvent:
      return !load.watches.empty();
    case PlantedDefect::kStalledMajority:  // needs faults of the right kind
      break;
  }
  return false;
}

bool IsOf(PlantedDefect defect, const Verdict& verdict) {
  return verdict.judgement == Judgement::kViolated && CanCause(defect, verdict);
}

bool IsOfTheStore(PlantedDefect defect, const Verdict& verdict) {
  return verdict.judgement == Judgement::kViolated &&
         !CanCause(defect, verdict);
}

bool AnyIs(bool (*is)(PlantedDefect, const Verdict&), PlantedDefect defect,
           const SweepOutcome& outcome) {
  return std::ranges::any_of(outcome.verdicts, [&](const Verdict& verdict) {
    return is(defect, verdict);
  });
}

std::vector<std::string> LoadsThatShow(PlantedDefect defect,
                                       const std::vector<std::string>& loads) {
  std::vector<std::string> fitting;
  for (const std::string& load : loads) {
    if (CanShow(FindSweepLoad(load), defect)) fitting.push_back(load);
  }
  return fitting;
}

}  // namespace

PlantedDefect DrawCanary(const std::vector<std::string>& loads,
                         std::uint64_t seed) {
  std::vector<PlantedDefect> defects;
  for (const PlantedDefect defect :
       {PlantedDefect::kLostWrite, PlantedDefect::kStaleRead,
        PlantedDefect::kLostEvent, PlantedDefect::kRepeatedEvent}) {
    if (!LoadsThatShow(defect, loads).empty()) defects.push_back(defect);
  }
  internal::RandomStream random(seed, kCanaryStream);
  return defects.at(
      static_cast<std::size_t>(random.Below(static_cast<int>(defects.size()))));
}

SweepCase DrawCase(const SweepOptions& options, std::uint64_t seed) {
  internal::RandomStream random(seed, kLoadStream);
  SweepCase drawn;
  drawn.seed = seed;
  drawn.load = options.loads.at(static_cast<std::size_t>(
      random.Below(static_cast<int>(options.loads.size()))));
  drawn.plan = options.plan ? *options.plan : DrawPlan(options.rules, seed);
  return drawn;
}

int SweepSummary::ExitStatus() const {
  if (violated > 0) return 1;
  return inconclusive > 0 || held == 0 || CanaryMissed() ? 2 : 0;
}

Sweep::Sweep(SweepOptions options, Bench bench, std::filesystem::path directory,
             Print print)
    : options_(std::move(options)),
      bench_(std::move(bench)),
      directory_(std::move(directory)),
      print_(std::move(print)) {}

bool Sweep::IsOver() const {
  if (summary_.violated > 0 && !options_.go_on) return true;
  if (broken_in_a_row_ >= kMostInconclusiveInARow) return true;
  return options_.runs > 0 ? summary_.runs() >= options_.runs
                           : summary_.took >= options_.time;
}

SweepSummary Sweep::Run() {
  if (canary_bench_) LookForCanary();
  for (std::uint64_t seed = options_.seed; !IsOver(); seed += options_.stride)
    RunNext(seed);
  return summary_;
}

// Its load and plan are drawn as every run's are, from the sweep's own seeds.
void Sweep::LookForCanary() {
  Canary canary{.defect = DrawCanary(options_.loads, options_.seed)};
  SweepOptions options = options_;
  options.loads = LoadsThatShow(canary.defect, options_.loads);
  // The defects show while a member does not serve.
  const auto serves = [](const FaultKind* kind) { return !kind->stops_node; };
  if (!std::ranges::all_of(options.rules.kinds, serves))
    std::erase_if(options.rules.kinds, serves);
  const Bench bench = [&](const SweepCase& what, const auto& directory) {
    return canary_bench_(canary.defect, what, directory);
  };
  std::uint64_t seed = options_.seed;
  while (!canary.found && canary.tries < options_.canary_tries) {
    ++canary.tries;
    const SweepCase what = DrawCase(options, seed);
    const std::string name = fmt::format("canary-{}", canary.tries);
    const SweepOutcome outcome = RunInto(bench, what, name);
    print_(fmt::format("canary [{}] {}", canary.tries, ToLine(what, outcome)));
    canary.found = AnyIs(IsOf, canary.defect, outcome);
    if (AnyIs(IsOfTheStore, canary.defect, outcome)) {
      ++summary_.violated;
      TakeViolation(what, outcome, name);
    } else if (canary.found) {
      std::filesystem::remove_all(directory_ / name);
    }
    seed += options_.stride;
  }
  print_("canary " + ToText(canary));
  summary_.canary = canary;
}

SweepOutcome Sweep::RunInto(const Bench& bench, const SweepCase& what,
                            const std::string& name) {
  const std::filesystem::path directory = directory_ / name;
  std::filesystem::create_directory(directory);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
  const TimePoint began = std::chrono::steady_clock::now();
  SweepOutcome outcome;
  try {
    outcome = bench(what, directory);
  } catch (const UsageError&) {
    throw;
  } catch (const std::exception& error) {
    outcome.verdicts = {{Judgement::kUnknown, "the run", {error.what()}}};
  }
  outcome.evidence = directory;
  outcome.took = std::chrono::steady_clock::now() - began;
  if (outcome.judgement == Judgement::kHolds) {
    std::filesystem::remove_all(directory);
  }
  return outcome;
}

void Sweep::RunNext(std::uint64_t seed) {
  const std::string name = fmt::format("run-{}", summary_.runs() + 1);
  const SweepCase what = DrawCase(options_, seed);
  const SweepOutcome outcome = RunInto(bench_, what, name);
  summary_.took += outcome.took;
  print_(fmt::format("[{}] {}", summary_.runs() + 1, ToLine(what, outcome)));
  summary_.drawn.push_back({.name = name,
                            .what = what,
                            .judgement = outcome.judgement,
                            .reason = outcome.Reason(),
                            .outage = outcome.outage,
                            .took = outcome.took});
  const bool inconclusive = outcome.judgement == Judgement::kUnknown;
  broken_in_a_row_ = inconclusive ? broken_in_a_row_ + 1 : 0;
  if (inconclusive) {
    ++summary_.inconclusive;
  } else if (outcome.judgement == Judgement::kHolds) {
    ++summary_.held;
  } else {
    ++summary_.violated;
    TakeViolation(what, outcome, name);
  }
}

void Sweep::TakeViolation(const SweepCase& what, const SweepOutcome& outcome,
                          const std::string& name) {
  SweepViolation violation{.what = what,
                           .outcome = outcome,
                           .shrunk = {},
                           .plan_file = directory_ / name / "plan.txt"};
  if (options_.shrink) {
    violation.shrunk = Shrink(what, name);
    violation.plan_file = directory_ / name / "smallest-plan.txt";
    WriteFileAtomically(violation.plan_file, ToText(violation.shrunk->plan));
  }
  summary_.violations.push_back(std::move(violation));
}

ShrunkPlan Sweep::Shrink(const SweepCase& what, const std::string& name) {
  int tries = 0;
  const auto fails_once = [&](const FaultPlan& plan) {
    SweepCase smaller = what;
    smaller.plan = plan;
    const std::string directory = fmt::format("{}/shrink-{}", name, ++tries);
    const SweepOutcome outcome = RunInto(bench_, smaller, directory);
    print_(fmt::format("  shrinking [{}] {}", tries, ToLine(smaller, outcome)));
    return outcome.judgement == Judgement::kViolated;
  };
  ShrinkOptions options;
  options.repetition = options_.repetition;
  options.until = std::chrono::steady_clock::now() + options_.time_to_shrink;
  return ShrinkPlan(what.plan, fails_once, options);
}

}  // namespace faultline
