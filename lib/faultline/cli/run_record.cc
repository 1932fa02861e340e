#include "faultline/cli/run_record.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <random>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/cli/junit_report.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

Json ToJson(const ScenarioResult& result, const std::filesystem::path& runs) {
  Json evidence = Json::array();
  for (const RecordedRun& run : result.runs)
    evidence.push_back(run.evidence.lexically_relative(runs).string());
  return {{"test", result.name},
          {"status", result.status()},
          {"gap", result.run() != nullptr ? result.run()->report.gap : ""},
          {"evidence", evidence}};
}

}  // namespace

std::string MakeRunId() {
  constexpr unsigned kLargest = 0xffff;
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{}-{:04x}",
                     fmt::gmtime(std::time(nullptr)), ::getpid(),
                     std::random_device{}() & kLargest);
}

std::string UtcNow() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

void WriteRunRecord(const RunRecord& record,
                    const std::filesystem::path& runs) {
  Json json = {{"id", record.id},         {"started", record.started},
               {"filter", record.filter}, {"shard", record.shard.text()},
               {"seed", record.seed},     {"seconds", record.seconds},
               {"good", record.good},     {"scenarios", Json::array()}};
  for (const ScenarioResult& result : record.results)
    json["scenarios"].push_back(ToJson(result, runs));
  std::error_code problem;
  std::filesystem::create_directories(runs, problem);
  WriteFileAtomically(
      runs / fmt::format("run-{}.json", record.id),
      json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  WriteFileAtomically(runs / fmt::format("run-{}.xml", record.id),
                      ToJunit(record));
}

}  // namespace faultline
