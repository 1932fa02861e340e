#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <iostream>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <thread>

#include "faultline/cli/commands.h"
#include "faultline/cli/ctest.h"
#include "faultline/cli/image_build.h"
#include "faultline/cli/progress.h"
#include "faultline/cli/repetitions_table.h"
#include "faultline/cli/results_table.h"

namespace faultline {
namespace {

constexpr char kLabel[] = "^t040$";

struct T040Options {
  std::string filter;
  bool list = false;
  int seed = 0;
  int jobs = 0;
  bool cold = false;
  int repetitions = 1;
};

// Follows ctest's own lines, shows one a scenario, and lets what a failed test
// printed through.
class CtestProgress {
 public:
  CtestProgress(Progress& progress, std::size_t total)
      : progress_(progress), total_(total) {}

  void OnLine(const std::string& line) {
    static const std::regex kStart(R"(^\s+Start\s+\d+: (\S+))");
    static const std::regex kEnd(
        R"(^\s*(?:\d+/\d+)? Test\s+#\d+: (\S+) \.*\s*(\**\w+(?: \w+)?)\s+([\d.]+) sec)");
    static const std::regex kNoise(
        R"(^(Internal ctest|Test project|\s*$|Label Time|\d+% tests|Total Test).*)");
    std::smatch match;
    if (line.empty()) return progress_.Tick();
    if (std::regex_search(line, match, kStart)) return Started(match[1]);
    if (std::regex_search(line, match, kEnd)) {
      return Ended(match[1], match[2], match[3]);
    }
    if (in_summary_ || std::regex_match(line, kNoise)) {
      in_summary_ = in_summary_ || line.find("tests passed") != line.npos;
      return;
    }
    progress_.Print(line);
  }

  bool Passed(const std::string& name) const {
    const auto found = passed_.find(name);
    return found != passed_.end() && found->second;
  }

 private:
  void Started(const std::string& name) {
    progress_.Status(
        fmt::format("[{}/{}] {}", passed_.size() + 1, total_, name));
  }

  void Ended(const std::string& name, const std::string& outcome,
             const std::string& seconds) {
    if (name == "guest_image") return;
    passed_[name] = outcome == "Passed";
    progress_.Print(fmt::format("[{}/{}] {} {} ({} s)", passed_.size(), total_,
                                name, passed_[name] ? "held" : outcome,
                                seconds));
  }

  Progress& progress_;
  std::size_t total_;
  std::map<std::string, bool> passed_;
  bool in_summary_ = false;
};

std::string UtcNow() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::vector<std::string> CtestArguments(const T040Options& options) {
  const int jobs = options.jobs > 0
                       ? options.jobs
                       : static_cast<int>(std::thread::hardware_concurrency());
  std::vector<std::string> arguments = {
      "-L",
      kLabel,
      "--output-on-failure",
      "-j",
      std::to_string(jobs),
      "--resource-spec-file",
      (BuildDirectory() / "resources.json").string()};
  if (options.repetitions > 1) {
    arguments.insert(
        arguments.end(),
        {"--repeat", fmt::format("until-fail:{}", options.repetitions)});
  }
  if (!options.filter.empty()) {
    arguments.insert(arguments.end(), {"-R", options.filter});
  }
  return arguments;
}

void ShowRepetitions(const std::vector<std::string>& names,
                     const std::string& started) {
  std::vector<ScenarioRuns> scenarios;
  scenarios.reserve(names.size());
  for (const std::string& name : names)
    scenarios.push_back(FindRuns(RunsDirectory(), name, started));
  std::cout << "\n" << RepetitionsTable(scenarios) << std::flush;
}

int RunScenarios(const T040Options& options,
                 const std::vector<std::string>& names, Warden& warden) {
  Progress progress;
  BuildImage(warden, progress);
  const std::string started = UtcNow();
  CtestProgress lines(progress, names.size());
  const int status =
      Ctest(warden).Run(CtestArguments(options),
                        [&](const std::string& line) { lines.OnLine(line); });
  progress.Status("");
  const std::filesystem::path runs = RunsDirectory();
  std::vector<ScenarioResult> results;
  results.reserve(names.size());
  for (const std::string& name : names) {
    results.push_back(FindResult(runs, name, started, lines.Passed(name)));
  }
  std::cout << ResultsTable(results, runs) << std::flush;
  if (options.repetitions > 1) ShowRepetitions(names, started);
  return status == 0 ? 0 : 1;
}

int RunT040(const T040Options& options) {
  // Before the warden starts: its children get its environment.
  if (options.seed != 0) {
    ::setenv("GTEST_RANDOM_SEED", std::to_string(options.seed).c_str(), 1);
  }
  if (options.cold) ::setenv("FAULTLINE_COLD", "1", 1);
  Warden warden;
  const std::vector<std::string> names =
      Ctest(warden).List(kLabel, options.filter);
  if (!options.list) return RunScenarios(options, names, warden);
  for (const std::string& name : names) std::cout << name << "\n";
  return 0;
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
  command.AddFlag("--cold", options->cold,
                  "boot every machine instead of resuming a checkpoint");
  command.OnRun([options, &status] { status = RunT040(*options); });
}

}  // namespace faultline
