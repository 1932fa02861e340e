#include "faultline/page/stored_results.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <tuple>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/history/history.h"
#include "faultline/page/run_catalogue.h"
#include "faultline/report/run_report.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr char kScenarios[] = "scenarios.txt";

Json ToJson(const std::optional<std::int64_t>& ns) {
  return ns ? Json(*ns) : Json();
}

std::optional<std::int64_t> OptionalFrom(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return json.get<std::int64_t>();
}

Json ToJson(const StoredRun& run) {
  Json faults = Json::array();
  for (const StoredFault& fault : run.faults)
    faults.push_back({{"name", fault.name},
                      {"healed_ns", ToJson(fault.healed_ns)},
                      {"back_ns", ToJson(fault.back_ns)}});
  return {{"role", run.role},
          {"status", run.status},
          {"gap", run.gap},
          {"started", run.started},
          {"seed", run.seed},
          {"acknowledged", run.acknowledged},
          {"outage_ns", ToJson(run.outage_ns)},
          {"outage_ended", run.outage_ended},
          {"facts", run.facts},
          {"faults", faults}};
}

StoredRun RunFrom(const std::string& test, const Json& json) {
  StoredRun run{.test = test,
                .role = json.at("role"),
                .status = json.at("status"),
                .gap = json.at("gap"),
                .started = json.at("started"),
                .seed = json.at("seed"),
                .acknowledged = json.at("acknowledged"),
                .outage_ns = OptionalFrom(json.at("outage_ns")),
                .outage_ended = json.at("outage_ended"),
                .facts = json.at("facts")};
  for (const Json& fault : json.at("faults"))
    run.faults.push_back({.name = fault.at("name"),
                          .healed_ns = OptionalFrom(fault.at("healed_ns")),
                          .back_ns = OptionalFrom(fault.at("back_ns"))});
  return run;
}

std::vector<StoredRun> ReadFileOfRuns(const fs::path& file) {
  try {
    const Json json = Json::parse(ReadFile(file));
    std::vector<StoredRun> runs;
    for (const Json& run : json.at("runs"))
      runs.push_back(RunFrom(json.at("test"), run));
    return runs;
  } catch (const Json::exception& error) {
    throw UsageError(
        fmt::format("{}: no stored results: {}", file.string(), error.what()));
  }
}

std::vector<StoredFault> FaultsOf(const fs::path& directory) {
  std::vector<StoredFault> faults;
  try {
    for (const FaultInterval& fault :
         ReadHistory(directory / "history.jsonl").faults) {
      StoredFault stored{.name = fault.name};
      if (fault.end_ns != std::numeric_limits<std::int64_t>::max())
        stored.healed_ns = fault.end_ns - fault.begin_ns;
      if (fault.recovered_ns)
        stored.back_ns = *fault.recovered_ns - fault.begin_ns;
      faults.push_back(std::move(stored));
    }
  } catch (const UsageError&) {  // a scenario without load has no history
  }
  return faults;
}

StoredRun ToStored(const RunReport& report, const fs::path& directory) {
  StoredRun run{.test = report.test,
                .role = ComponentOf(report),
                .status = report.status,
                .gap = report.gap,
                .started = report.started,
                .seed = report.seed,
                .acknowledged = report.acknowledged,
                .faults = FaultsOf(directory)};
  if (report.acknowledged > 0) run.outage_ns = 0;
  for (const Outage& outage : report.outages) {
    run.outage_ns = std::max(run.outage_ns.value_or(0), outage.length_ns());
    run.outage_ended = run.outage_ended && outage.ended;
  }
  // Nothing that only says where or when it ran.
  for (const char* fact : {"store", "image", "election timeout", "time_scale",
                           "gap", kOutageBoundFact}) {
    if (const auto found = report.facts.find(fact); found != report.facts.end())
      run.facts.insert(*found);
  }
  return run;
}

void WriteRuns(const fs::path& directory, const std::string& test,
               std::vector<StoredRun> runs) {
  std::ranges::sort(runs, {}, [](const StoredRun& run) {
    return std::tie(run.started, run.seed);
  });
  Json json = {{"test", test}, {"runs", Json::array()}};
  for (const StoredRun& run : runs) json["runs"].push_back(ToJson(run));
  WriteFileAtomically(
      directory / (test + ".json"),
      json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::vector<StoredRun> FinishedRuns(const fs::path& runs) {
  std::vector<StoredRun> found;
  std::error_code none;
  for (const auto& test : fs::directory_iterator(runs, none)) {
    if (!test.path().filename().string().starts_with("T040.")) continue;
    for (const auto& run : fs::directory_iterator(test.path(), none)) {
      if (run.is_symlink(none)) continue;
      try {
        const RunReport report =
            ParseRunReport(ReadFile(run.path() / "result.json"));
        if (report.status != "unfinished")
          found.push_back(ToStored(report, run.path()));
      } catch (const UsageError&) {
      }
    }
  }
  return found;
}

}  // namespace

std::vector<StoredRun> ReadStoredResults(const fs::path& directory) {
  if (!fs::is_directory(directory))
    throw UsageError(
        fmt::format("{}: there is no such directory", directory.string()));
  std::vector<StoredRun> runs;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    for (StoredRun& run : ReadFileOfRuns(entry.path()))
      runs.push_back(std::move(run));
  }
  std::ranges::sort(runs, {}, [](const StoredRun& run) {
    return std::tie(run.test, run.started, run.seed);
  });
  return runs;
}

int TakeResults(const fs::path& runs, const fs::path& directory) {
  fs::create_directories(directory);
  std::map<std::string, std::vector<StoredRun>> by_test;
  std::set<std::tuple<std::string, std::string, std::int64_t>> known;
  for (StoredRun& run : ReadStoredResults(directory)) {
    known.emplace(run.test, run.started, run.seed);
    by_test[run.test].push_back(std::move(run));
  }
  int added = 0;
  for (StoredRun& run : FinishedRuns(runs)) {
    if (!known.emplace(run.test, run.started, run.seed).second) continue;
    ++added;
    by_test[run.test].push_back(std::move(run));
  }
  for (auto& [test, all] : by_test) WriteRuns(directory, test, std::move(all));
  return added;
}

std::vector<std::string> ReadScenarioNames(const fs::path& directory) {
  const fs::path file = directory / kScenarios;
  std::vector<std::string> names;
  if (!fs::exists(file)) return names;
  std::istringstream lines(ReadFile(file));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) names.push_back(line);
  }
  return names;
}

void WriteScenarioNames(std::vector<std::string> scenarios,
                        const fs::path& directory) {
  std::ranges::sort(scenarios);
  WriteFileAtomically(directory / kScenarios,
                      fmt::format("{}\n", fmt::join(scenarios, "\n")));
}

}  // namespace faultline
