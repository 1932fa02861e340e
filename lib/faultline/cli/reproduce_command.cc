#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "faultline/base/error.h"
#include "faultline/base/private_loopback.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/exit_status.h"
#include "faultline/cli/image_build.h"
#include "faultline/cli/sweep_page.h"
#include "faultline/report/rerun.h"
#include "faultline/report/run_directory.h"
#include "faultline/sweep/cluster_bench.h"
#include "faultline/sweep/reproduction.h"

namespace faultline {
namespace {

struct ReproduceArguments {
  std::string name;
  int runs = 10;
  std::uint64_t seed = 0;  // 0: drawn
  std::string image;
  bool until_found = false;
};

struct Tally {
  int shown = 0;
  int absent = 0;
  int inconclusive = 0;
  Duration to_detection{0};  // of all runs up to the first that showed it
  std::string evidence = {};
  std::string seen = {};  // what the first of them said

  int runs() const { return shown + absent + inconclusive; }
  int ExitStatus() const {
    if (shown > 0) return kExitGood;
    return inconclusive > 0 || absent == 0 ? kExitInconclusive : kExitRed;
  }
};

void ListReproductions() {
  for (const Reproduction& each : Reproductions()) {
    std::cout << fmt::format("{:22} {} ({}; fixed: {})\n", each.name, each.what,
                             each.affected, each.fixed);
  }
}

void Count(const Verdict& verdict, const SweepOutcome& outcome, Tally& tally) {
  if (tally.shown == 0) tally.to_detection += outcome.took;
  if (verdict.judgement == Judgement::kUnknown) {
    ++tally.inconclusive;
  } else if (verdict.Holds()) {
    ++tally.absent;
  } else if (++tally.shown == 1) {
    tally.evidence = outcome.evidence.string();
    tally.seen =
        verdict.evidence.empty() ? verdict.property : verdict.evidence.front();
  }
}

std::string Absent(const Verdict& verdict) {
  if (verdict.Holds()) return "not shown";
  return "inconclusive: " +
         (verdict.evidence.empty() ? "" : verdict.evidence.front());
}

std::string Summary(const Reproduction& reproduction, const std::string& store,
                    const Tally& tally) {
  std::string text =
      fmt::format("{} on {}: shown in {} of {} runs", reproduction.name, store,
                  tally.shown, tally.runs());
  if (tally.inconclusive > 0)
    text += fmt::format(" ({} inconclusive)", tally.inconclusive);
  if (tally.shown == 0) return text + "\n";
  return text + fmt::format(", first after {}\n  {}\n  evidence: {}\n",
                            ToText(tally.to_detection), tally.seen,
                            tally.evidence);
}

std::string Record(const Reproduction& reproduction, const std::string& store,
                   const Tally& tally) {
  const std::chrono::duration<double> seconds = tally.to_detection;
  const nlohmann::json json = {{"name", reproduction.name},
                               {"what", reproduction.what},
                               {"affected", reproduction.affected},
                               {"fixed", reproduction.fixed},
                               {"found_here", reproduction.found_here},
                               {"version", store},
                               {"property", reproduction.property},
                               {"load", reproduction.load},
                               {"plan", ToText(reproduction.plan)},
                               {"runs", tally.runs()},
                               {"shown", tally.shown},
                               {"absent", tally.absent},
                               {"inconclusive", tally.inconclusive},
                               {"seconds_to_detection", seconds.count()},
                               {"seen", tally.seen}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

// Of a run only what shows the defect is kept, or why nothing can be said.
SweepOutcome RunOnce(const Reproduction& wanted, std::uint64_t seed,
                     const std::filesystem::path& place, ClusterBench& bench) {
  const SweepCase what{.plan = wanted.plan, .load = wanted.load, .seed = seed};
  std::filesystem::create_directory(place);
  SweepOutcome outcome;
  try {
    outcome = bench.Run(what, place);
  } catch (const Error& error) {
    outcome.verdicts = {{Judgement::kUnknown, "the run", {error.what()}}};
  }
  outcome.evidence = place;
  KeepSweepPage(wanted.binding.role, what, outcome, place,
                fmt::format("{}faultline reproduce {} --runs 1 --seed {}",
                            RerunEnvironment(), wanted.name, seed));
  if (JudgeReproduction(wanted, outcome).Holds())
    std::filesystem::remove_all(place);
  return outcome;
}

Tally TryAll(const Reproduction& wanted, const ReproduceArguments& arguments,
             const std::filesystem::path& directory, ClusterBench& bench,
             Progress& progress) {
  const std::uint64_t first =
      arguments.seed != 0 ? arguments.seed : std::random_device{}() % 99999 + 1;
  Tally tally;
  for (int i = 0; i < arguments.runs; ++i) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(i);
    const SweepOutcome outcome =
        RunOnce(wanted, seed, directory / fmt::format("run-{}", i + 1), bench);
    const Verdict verdict = JudgeReproduction(wanted, outcome);
    Count(verdict, outcome, tally);
    const bool shown = verdict.judgement == Judgement::kViolated;
    progress.Print(fmt::format("[{}] seed {} {} ({})", i + 1, seed,
                               shown ? "shown" : Absent(verdict),
                               ToText(outcome.took)));
    if (arguments.until_found && shown) break;
  }
  return tally;
}

int Reproduce(const ReproduceArguments& arguments) {
  const Reproduction& wanted = FindReproduction(arguments.name);
  UseRelease(arguments.image);
  Progress progress;
  BuildImage(progress, wanted.binding.services);
  if (const std::string reason = UsePrivateLoopback(); !reason.empty())
    progress.Print("other users of this host can reach the clusters: " +
                   reason);
  ClusterBench bench(wanted.binding, wanted.plan.nodes, std::nullopt);
  RunDirectory directory(RunDirectory::Root(), "Reproduce." + wanted.name);
  progress.Print(fmt::format("{}: {}; evidence in {}", wanted.name, wanted.what,
                             directory.path().string()));
  const Tally tally =
      TryAll(wanted, arguments, directory.path(), bench, progress);
  directory.Write("reproduce.json", Record(wanted, bench.store_name(), tally));
  std::cout << Summary(wanted, bench.store_name(), tally) << std::flush;
  return tally.ExitStatus();
}

int ReproduceOrRefuse(const ReproduceArguments& arguments) {
  try {
    return Reproduce(arguments);
  } catch (const UsageError& error) {
    std::cerr << "faultline reproduce: " << error.what() << "\n";
    return kExitJudgeUsage;
  } catch (const SetupError&) {
    throw;
  } catch (const std::exception& error) {
    std::cerr << "faultline reproduce: " << error.what() << "\n";
    return kExitInconclusive;
  }
}

}  // namespace

void AddReproduceCommand(Command app, int& status) {
  Command command = app.AddCommand(
      "reproduce",
      "known defects of released services, by name: exit 0 shown, 1 not shown, "
      "2 inconclusive, 3 bad input; without a name: what there is");
  const auto arguments = std::make_shared<ReproduceArguments>();
  command.AddOption("name", arguments->name, "the defect");
  command.AddOption("--runs", arguments->runs, "how often it is tried")
      .Positive()
      .ShowDefault();
  command
      .AddOption("--seed", arguments->seed,
                 "of the first run; each later run's is one more")
      .Positive();
  command.AddOption("--image", arguments->image, kImageOptionHelp);
  command.AddFlag("--until-found", arguments->until_found,
                  "end with the first run that shows it");
  command.OnRun([arguments, &status] {
    if (arguments->name.empty()) {
      ListReproductions();
      status = kExitGood;
      return;
    }
    status = ReproduceOrRefuse(*arguments);
  });
}

}  // namespace faultline
