#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "faultline/cli/progress.h"
#include "faultline/cli/run_time.h"
#include "faultline/cli/scenario_phase.h"

namespace faultline {

// Shows one line a scenario as ctest reports it, and lets what a failed test
// printed through; while they run, what each of them is doing: on a terminal
// beside the time that it usually takes and the estimate for the rest, in a log
// a line whenever it does something else. Only for the eye: what counts is read
// from files. One thread.
class SuiteProgress {
 public:
  // `status` tells what a test that just ended has recorded; runs of the run
  // `id` of `faultline` are below `runs`.
  SuiteProgress(Progress& progress, RunTime times, std::size_t total,
                std::filesystem::path runs, std::string id,
                std::function<std::string(const std::string& name)> status);

  // A line of ctest's; an empty one each second in which there was none.
  void OnLine(const std::string& line);

 private:
  struct Running {
    ScenarioPhase phase;
    std::chrono::steady_clock::time_point since;
    std::string shown;  // in a log
  };

  void Started(const std::string& name);
  void Ended(const std::string& name, const std::string& outcome,
             const std::string& seconds);
  void Show();
  std::string Describe(const std::string& name, Running& running) const;
  double SecondsSpent() const;

  Progress& progress_;
  const RunTime times_;
  const std::size_t total_;
  const std::filesystem::path runs_;
  const std::string id_;
  const std::function<std::string(const std::string&)> status_;
  std::map<std::string, Running> running_;
  std::map<std::string, bool> ended_;
  bool in_summary_ = false;
};

}  // namespace faultline
