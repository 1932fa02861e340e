#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/base/private_loopback.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/exit_status.h"
#include "faultline/cli/image_build.h"
#include "faultline/cli/index_line.h"
#include "faultline/cli/progress.h"
#include "faultline/cli/run_record.h"
#include "faultline/cli/shard.h"
#include "faultline/cli/sweep_page.h"
#include "faultline/cli/sweep_record.h"
#include "faultline/fault/catalogue/fault_catalogue.h"
#include "faultline/fault/catalogue/requirements.h"
#include "faultline/report/rerun.h"
#include "faultline/report/run_directory.h"
#include "faultline/service/registry/store_bindings.h"
#include "faultline/sweep/cluster_bench.h"
#include "faultline/sweep/sweep.h"
#include "faultline/sweep/sweep_load.h"

namespace faultline {
namespace {

// As given on the command line.
struct SweepArguments {
  std::string role = "chainfire";
  int nodes = 3;
  double minutes = 20;
  std::int64_t runs = 0;
  std::uint64_t seed = 0;
  std::string shard = "1/1";
  std::vector<std::string> faults;
  std::vector<std::string> loads;
  std::string plan;
  int most_faults = 4;
  std::string image;
  bool lose_quorum = false;
  bool no_shrink = false;
  bool go_on = false;
  bool no_canary = false;
  bool dry_run = false;
  bool strict = false;
  std::string shrink_runs = "2/3";
  double shrink_minutes = 20;
};

Duration Minutes(double minutes) {
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double, std::ratio<60>>(minutes));
}

// As gtest draws its seeds: five digits can be typed again.
std::uint64_t SeedOr(std::uint64_t given) {
  return given != 0 ? given : std::random_device{}() % 99999 + 1;
}

// Of all kinds those are drawn that can be; what was asked for by name must be
// possible, and if gaps are to be red all must. Says what it leaves out.
void SetKinds(const SweepArguments& arguments, const StoreBinding& binding,
              SweepOptions& options) {
  std::vector<const FaultKind*>& kinds = options.rules.kinds;
  kinds = ChooseKinds(arguments.faults, arguments.nodes);
  if (!arguments.faults.empty() || arguments.strict ||
      Environment("FAULTLINE_STRICT")) {
    for (const FaultKind* kind : kinds)
      RequireCapabilities(*kind, binding.capabilities, binding.role);
  }
  if (!arguments.faults.empty()) return;
  for (const Gap& gap : LeaveOutGaps(kinds, binding.capabilities, binding.role))
    std::cerr << "left out: " << Describe(gap) << "\n";
  if (arguments.lose_quorum) return;
  std::erase_if(kinds, [&](const FaultKind* kind) {
    if (!AlwaysLosesQuorum(*kind, arguments.nodes)) return false;
    std::cerr << fmt::format(
        "left out: fault {} leaves no majority of {} nodes (--lose-quorum)\n",
        kind->name, arguments.nodes);
    return true;
  });
}

void ReadPlanInto(SweepOptions& options, const SweepArguments& arguments,
                  const StoreBinding& binding) {
  options.plan = ReadPlan(arguments.plan);
  ValidatePlan(*options.plan, arguments.nodes);
  for (const PlannedFault& planned : options.plan->faults)
    RequireCapabilities(FindFaultKind(planned.fault.kind), binding.capabilities,
                        binding.role);
}

// Of all runs, each count-th from the index-th on; a whole sweep is one shard.
void TakeShard(const SweepArguments& arguments, SweepOptions& options) {
  const Shard shard = ParseShard(arguments.shard);
  if (shard.whole()) return;
  if (arguments.seed == 0)
    throw UsageError("--shard needs --seed, the same on every machine");
  options.seed += static_cast<std::uint64_t>(shard.index - 1);
  options.stride = static_cast<std::uint64_t>(shard.count);
  if (options.runs == 0) return;
  if (options.runs < shard.index)
    throw UsageError(
        fmt::format("shard {}: no run is left for it, there are {}",
                    shard.text(), options.runs));
  options.runs = (options.runs - shard.index) / shard.count + 1;
}

SweepOptions ToOptions(const SweepArguments& arguments,
                       const StoreBinding& binding) {
  SweepOptions options;
  options.seed = SeedOr(arguments.seed);
  options.time = Minutes(arguments.minutes);
  options.runs = arguments.runs;
  if (!arguments.loads.empty()) options.loads = arguments.loads;
  for (const std::string& load : options.loads) FindSweepLoad(load);
  options.rules.nodes = arguments.nodes;
  options.rules.most = arguments.most_faults;
  options.rules.may_lose_quorum = arguments.lose_quorum;
  SetKinds(arguments, binding, options);
  if (!arguments.plan.empty()) ReadPlanInto(options, arguments, binding);
  options.shrink = !arguments.no_shrink;
  options.repetition = ParseRepetition(arguments.shrink_runs);
  options.time_to_shrink = Minutes(arguments.shrink_minutes);
  options.go_on = arguments.go_on;
  TakeShard(arguments, options);
  DrawCase(options, options.seed);  // refuses rules that allow no plan
  return options;
}

// Before anything boots: what was asked for by name must be there; of all kinds
// those are drawn that are.
void KeepProvided(const SweepArguments& arguments, const GuestImage& image,
                  SweepOptions& options, Progress& progress) {
  if (options.plan) {
    for (const PlannedFault& planned : options.plan->faults)
      RequireProvided(FindFaultKind(planned.fault.kind), image);
  }
  std::erase_if(options.rules.kinds, [&](const FaultKind* kind) {
    if (!arguments.faults.empty()) RequireProvided(*kind, image);
    const std::string missing = MissingFor(*kind, image);
    if (!missing.empty()) progress.Print("left out: " + missing);
    return !missing.empty();
  });
}

void PrintCases(const SweepOptions& options) {
  const std::int64_t runs = std::max<std::int64_t>(options.runs, 1);
  for (std::int64_t i = 0; i < runs; ++i) {
    const SweepCase what = DrawCase(
        options, options.seed + static_cast<std::uint64_t>(i) * options.stride);
    std::cout << fmt::format("# load {}\n{}", what.load, ToText(what.plan));
  }
}

std::string RerunLine(const SweepArguments& arguments) {
  return fmt::format("{}faultline sweep --role {} --nodes {}",
                     RerunEnvironment(), ShellWord(arguments.role),
                     arguments.nodes);
}

std::string RerunLineOf(const SweepCase& what, const SweepArguments& arguments,
                        const std::filesystem::path& directory) {
  return fmt::format(
      "{} --plan {} --loads {} --seed {} --runs 3", RerunLine(arguments),
      ShellWord((directory / "plan.txt").string()), what.load, what.seed);
}

int RunSweep(const SweepArguments& arguments) {
  UseRelease(arguments.image);
  const StoreBinding& binding = FindStoreBinding(arguments.role);
  SweepOptions options = ToOptions(arguments, binding);
  if (arguments.dry_run) {
    PrintCases(options);
    return 0;
  }
  std::optional<PlantedDefect> plant;
  if (const auto name = Environment("FAULTLINE_PLANT"))
    plant = ParsePlantedDefect(*name);
  Progress progress;
  KeepProvided(arguments,
               LoadGuestImage(BuildImage(progress, binding.services)), options,
               progress);
  // Not before: an image is built from the network.
  if (const std::string reason = UsePrivateLoopback(); !reason.empty())
    progress.Print("other users of this host can reach the clusters: " +
                   reason);
  ClusterBench bench(binding, arguments.nodes, plant);
  RunDirectory directory(RunDirectory::Root(), "Sweep." + binding.role);
  progress.Print(fmt::format("sweep of {} seed {}: evidence in {}",
                             binding.role, options.seed,
                             directory.path().string()));
  const std::string started = UtcNow();
  Sweep sweep(
      options,
      [&](const SweepCase& what, const std::filesystem::path& place) {
        SweepOutcome outcome = bench.Run(what, place);
        KeepSweepPage(binding.role, what, outcome, place,
                      RerunLineOf(what, arguments, place));
        return outcome;
      },
      directory.path(), [&](const std::string& line) { progress.Print(line); });
  std::optional<ClusterBench> canary_bench;
  // Whoever plants a defect has one to find.
  if (!arguments.no_canary && !plant) {
    sweep.SetCanary([&](PlantedDefect defect, const SweepCase& what,
                        const std::filesystem::path& place) {
      if (!canary_bench) canary_bench.emplace(binding, arguments.nodes, defect);
      return canary_bench->Run(what, place);
    });
  }
  const SweepSummary summary = sweep.Run();
  const std::string report = ToText(summary, RerunLine(arguments));
  directory.Write("sweep.txt", report);
  directory.Write("sweep.json", SweepRecord({.role = binding.role,
                                             .shard = arguments.shard,
                                             .first_seed = options.seed,
                                             .stride = options.stride,
                                             .started = started,
                                             .rerun = RerunLine(arguments)},
                                            summary));
  std::cout << report << WriteIndexLine(RunDirectory::Root()) << std::flush;
  return summary.ExitStatus();
}

int RunOrRefuse(const SweepArguments& arguments) {
  try {
    return RunSweep(arguments);
  } catch (const UsageError& error) {
    std::cerr << "faultline sweep: " << error.what() << "\n";
    return kExitJudgeUsage;
  } catch (const SetupError&) {
    throw;
  } catch (const std::exception& error) {
    std::cerr << "faultline sweep: " << error.what() << "\n";
    return kExitInconclusive;
  }
}

void AddChoices(Command command, SweepArguments& arguments) {
  command.AddOption("--role", arguments.role, "whose binding is swept")
      .ShowDefault();
  command.AddOption("--nodes", arguments.nodes, "machines in the cluster")
      .Between(1, 9)
      .ShowDefault();
  command
      .AddOption("--minutes", arguments.minutes,
                 "begin no run later than this, shrinking apart")
      .Positive()
      .ShowDefault();
  command.AddOption("--runs", arguments.runs, "this many runs instead")
      .Positive();
  command
      .AddOption("--seed", arguments.seed,
                 "of the first run; each later run's is one more")
      .Positive();
  command.AddOption("--shard", arguments.shard,
                    "I/N: each N-th run, from the I-th on");
  command.AddOption("--faults", arguments.faults, "kinds to draw from: a,b")
      .SplitAt(',');
  command
      .AddOption("--loads", arguments.loads,
                 "loads to draw from: register, map, set, watch, "
                 "bookmarks, previous and local-reads (not by themselves)")
      .SplitAt(',');
  command.AddOption("--plan", arguments.plan,
                    "replay this plan in every run instead");
}

void AddRules(Command command, SweepArguments& arguments) {
  command.AddOption("--most-faults", arguments.most_faults, "in a plan")
      .Between(1, 50)
      .ShowDefault();
  command.AddFlag("--lose-quorum", arguments.lose_quorum,
                  "plans may stop half of the nodes or more at once");
  command.AddFlag("--no-shrink", arguments.no_shrink,
                  "leave the plan of a violation as it is");
  command
      .AddOption("--shrink-runs", arguments.shrink_runs,
                 "a plan fails if K of N runs do: K/N")
      .ShowDefault();
  command
      .AddOption("--shrink-minutes", arguments.shrink_minutes,
                 "for each violation")
      .NonNegative()
      .ShowDefault();
  command.AddOption("--image", arguments.image, kImageOptionHelp);
  command.AddFlag("--go-on", arguments.go_on, "after a violation");
  command.AddFlag("--no-canary", arguments.no_canary,
                  "do not look for a planted defect first");
  command.AddFlag("--strict", arguments.strict,
                  "refuse to leave out a fault for which the service lacks a "
                  "capability (gap)");
  command.AddFlag("--dry-run", arguments.dry_run,
                  "print the plans and run nothing");
}

}  // namespace

void AddSweepCommand(Command app, int& status) {
  Command command = app.AddCommand(
      "sweep",
      "random faults beside random load, run after run: exit 0 all held, 1 "
      "violated, 2 inconclusive, 3 bad input");
  const auto arguments = std::make_shared<SweepArguments>();
  AddChoices(command, *arguments);
  AddRules(command, *arguments);
  command.OnRun([arguments, &status] { status = RunOrRefuse(*arguments); });
}

}  // namespace faultline
