#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "faultline/base/error.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/ctest.h"
#include "faultline/cli/exit_status.h"
#include "faultline/cli/image_build.h"
#include "faultline/cli/index_line.h"
#include "faultline/cli/progress.h"
#include "faultline/cli/repetitions_table.h"
#include "faultline/cli/results_table.h"
#include "faultline/cli/run_record.h"
#include "faultline/cli/run_time.h"
#include "faultline/cli/shard.h"
#include "faultline/cli/suite_progress.h"

namespace faultline {
namespace {

struct T040Options {
  std::string filter;
  std::string shard = "1/1";
  bool list = false;
  int seed = 0;
  int jobs = 0;
  std::string image;
  bool cold = false;
  bool strict = false;
  int repetitions = 1;
};

CtestOptions ToCtestOptions(const T040Options& options) {
  const int processors =
      std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return {.jobs = options.jobs > 0 ? options.jobs : processors,
          .repetitions = options.repetitions};
}

// Of `tests` those of this shard, in ctest's order.
std::vector<ListedTest> TestsOf(const Shard& shard,
                                std::vector<ListedTest> tests) {
  std::vector<std::string> names;
  names.reserve(tests.size());
  for (const ListedTest& test : tests) names.push_back(test.name);
  const std::size_t all = names.size();
  const std::vector<std::string> mine = shard.Of(std::move(names));
  std::erase_if(tests, [&](const ListedTest& test) {
    return !std::ranges::binary_search(mine, test.name);
  });
  if (tests.empty())
    throw UsageError(
        fmt::format("shard {}: no scenario is left for it, there are {}",
                    shard.text(), all));
  return tests;
}

ScenarioResult ResultOf(const std::string& name, const std::string& id,
                        const TestOutcome& outcome, int repetitions) {
  return {.name = name,
          .outcome = outcome,
          .runs = FindRuns(RunsDirectory(), name, id).runs,
          .repetitions = repetitions};
}

void ShowResults(const RunRecord& record, int repetitions) {
  std::cout << ResultsTable(record.results, RunsDirectory());
  if (repetitions > 1) {
    std::vector<ScenarioRuns> scenarios;
    scenarios.reserve(record.results.size());
    for (const ScenarioResult& result : record.results)
      scenarios.push_back({result.name, result.runs});
    std::cout << "\n" << RepetitionsTable(scenarios);
  }
  std::cout << WriteIndexLine(RunsDirectory()) << std::flush;
}

CtestRun RunCtest(const T040Options& options,
                  const std::vector<ListedTest>& tests, const std::string& id,
                  Progress& progress, Warden& warden) {
  const RunTime times(tests, ToCtestOptions(options).jobs, options.repetitions,
                      RunsDirectory());
  progress.Print(times.Expected());
  SuiteProgress lines(progress, times, tests.size(), RunsDirectory(), id,
                      [&](const std::string& name) {
                        return ResultOf(name, id,
                                        {.kind = TestOutcome::Kind::kPassed}, 1)
                            .shown();
                      });
  CtestRun run =
      Ctest(warden).Run(tests, ToCtestOptions(options),
                        [&](const std::string& line) { lines.OnLine(line); });
  progress.StatusLine("");
  return run;
}

int RunScenarios(const T040Options& options, const Shard& shard,
                 const std::vector<ListedTest>& tests, const std::string& id,
                 Warden& warden) {
  Progress progress;
  BuildImage(progress);
  RunRecord record{.id = id,
                   .started = UtcNow(),
                   .filter = options.filter,
                   .shard = shard,
                   .seed = options.seed};
  const auto begin = std::chrono::steady_clock::now();
  CtestRun run = RunCtest(options, tests, id, progress, warden);
  record.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  for (const ListedTest& test : tests)
    record.results.push_back(
        ResultOf(test.name, id, run.outcomes[test.name], options.repetitions));
  record.good = run.good && AllGood(record.results);
  WriteRunRecord(record, RunsDirectory());
  ShowResults(record, options.repetitions);
  if (!record.good && AllGood(record.results))
    std::cout << fmt::format("ctest ended with status {}\n", run.exit_code);
  return record.good ? kExitGood : kExitRed;
}

int RunT040(const T040Options& options) {
  const Shard shard = ParseShard(options.shard);
  const std::string id = MakeRunId();
  // Before the warden starts: its children get its environment, but work in the
  // build tree.
  ::setenv("FAULTLINE_RUN_ID", id.c_str(), 1);
  ::setenv("FAULTLINE_RUNS", RunsDirectory().c_str(), 1);
  if (options.seed != 0) {
    ::setenv("GTEST_RANDOM_SEED", std::to_string(options.seed).c_str(), 1);
  }
  UseRelease(options.image);
  if (options.cold) ::setenv("FAULTLINE_COLD", "1", 1);
  if (options.strict) ::setenv("FAULTLINE_STRICT", "1", 1);
  Warden warden;
  const std::vector<ListedTest> tests =
      TestsOf(shard, Ctest(warden).List({"t040"}, options.filter));
  if (!options.list) return RunScenarios(options, shard, tests, id, warden);
  for (const ListedTest& test : tests) std::cout << test.name << "\n";
  return kExitGood;
}

}  // namespace

void AddT040Command(Command app, int& status) {
  Command command =
      app.AddCommand("t040", "run the T040 scenarios and show what held");
  const auto options = std::make_shared<T040Options>();
  command.AddOption("filter", options->filter,
                    "regular expression on scenario names");
  command.AddFlag("--list", options->list,
                  "print the names, one a line, and run nothing");
  command.AddOption("--seed", options->seed, "the seed of every random choice")
      .Between(1, 99999);
  command.AddOption("--jobs", options->jobs, "clusters side by side")
      .Between(1, 1024);
  command
      .AddOption("--repeat", options->repetitions,
                 "runs of each scenario, until one of them fails")
      .Between(1, 1000);
  command.AddOption("--shard", options->shard,
                    "I/N: the I-th of N parts of the scenarios");
  command.AddOption("--image", options->image, kImageOptionHelp);
  command.AddFlag("--cold", options->cold,
                  "boot every machine instead of resuming a checkpoint");
  command.AddFlag("--strict", options->strict,
                  "a scenario that needs what its service lacks (gap) is red");
  command.OnRun([options, &status] { status = RunT040(*options); });
}

}  // namespace faultline
