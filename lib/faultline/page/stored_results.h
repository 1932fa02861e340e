#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faultline {

// A fault of a stored run: nanoseconds from when it was asked for.
struct StoredFault {
  std::string name;
  std::optional<std::int64_t> healed_ns = {};
  std::optional<std::int64_t> back_ns = {};  // the service answered again
};

// What the document needs of one run of a scenario. A value.
struct StoredRun {
  std::string test;  // the full ctest name
  std::string role;  // "ChainFire"
  std::string status;
  std::string gap = {};
  std::string started;  // UTC, ISO 8601
  std::int64_t seed = 0;
  std::int64_t acknowledged = 0;
  std::optional<std::int64_t> outage_ns = {};  // the longest; absent: no load
  bool outage_ended = true;
  std::map<std::string, std::string> facts = {};  // versions and settings
  std::vector<StoredFault> faults = {};
};

// The runs of all files (*.json, one a scenario) of `directory`, by scenario
// and start. Throws UsageError naming the file that is malformed.
std::vector<StoredRun> ReadStoredResults(
    const std::filesystem::path& directory);

// Adds every finished run of T040 below `runs` (a root of run directories) to
// the files of `directory`, each once. What is damaged or unfinished is passed
// over. Returns how many were added.
int TakeResults(const std::filesystem::path& runs,
                const std::filesystem::path& directory);

// The scenarios that T040 had when results were taken last (scenarios.txt in
// `directory`), by name; none if that was never recorded.
std::vector<std::string> ReadScenarioNames(
    const std::filesystem::path& directory);
void WriteScenarioNames(std::vector<std::string> scenarios,
                        const std::filesystem::path& directory);

}  // namespace faultline
