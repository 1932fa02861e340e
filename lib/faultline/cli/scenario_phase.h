#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace faultline {

// What a scenario is doing, by the files that it is writing. One thread.
class ScenarioPhase {
 public:
  // Of the runs below `test` (a test's directory) those of the run `id` of
  // `faultline` are looked at.
  ScenarioPhase(std::filesystem::path test, std::string id);

  // "setting up", "load", "fault power-cut node2", "coming back from power-cut
  // node2", "load after the fault", "judging". Reads what is new; cheap enough
  // for every second. Does not throw.
  std::string Now();

 private:
  struct Fault {
    std::string what;
    bool healed = false;
    bool back = false;
  };

  bool FindRun();
  void ReadHistory();
  void TakeLine(const std::string& line);
  std::string OfFaults() const;

  std::filesystem::path test_;
  std::string id_;
  std::filesystem::path run_;  // empty: not begun
  std::uintmax_t read_ = 0;    // of the history
  std::string rest_;           // of a line that is not whole yet
  std::map<std::int64_t, Fault> faults_;
};

}  // namespace faultline
