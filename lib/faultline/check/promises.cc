#include "faultline/check/promises.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/base/files.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

Json ToJson(const std::vector<Downtime>& downtimes) {
  Json json = Json::array();
  for (const Downtime& downtime : downtimes)
    json.push_back({downtime.from_ns, downtime.until_ns});
  return json;
}

std::vector<Downtime> DowntimesOf(const Json& json) {
  std::vector<Downtime> downtimes;
  const auto found = json.find("downtimes");
  if (found == json.end()) return downtimes;
  for (const Json& downtime : *found)
    downtimes.push_back({downtime.at(0), downtime.at(1)});
  return downtimes;
}

Json ToJson(const VmPromises& vms) {
  return {{"silence_limit_ns", vms.silence_limit_ns},
          {"restarts", vms.restarts},
          {"fenced", vms.fenced},
          {"downtimes", ToJson(vms.downtimes)}};
}

VmPromises VmPromisesOf(const Json& json) {
  return {.silence_limit_ns = json.at("silence_limit_ns"),
          .restarts = json.at("restarts"),
          .fenced = json.at("fenced"),
          .downtimes = DowntimesOf(json)};
}

Promises FromJson(const Json& json) {
  Promises promises{.model = json.at("model"),
                    .raft = json.at("raft"),
                    .logs_show_values = json.at("logs_show_values"),
                    .downtimes = DowntimesOf(json),
                    .processor_wait = json.at("processor_wait")};
  if (const auto limit = json.find("outage_limit_ns"); limit != json.end())
    promises.outage_limit_ns = limit->get<std::int64_t>();
  if (const auto vms = json.find("vms"); vms != json.end())
    promises.vms = VmPromisesOf(*vms);
  return promises;
}

}  // namespace

std::string ToJson(const Promises& promises) {
  Json json = {{"model", promises.model},
               {"raft", promises.raft},
               {"logs_show_values", promises.logs_show_values},
               {"processor_wait", promises.processor_wait},
               {"downtimes", ToJson(promises.downtimes)}};
  if (promises.outage_limit_ns)
    json["outage_limit_ns"] = *promises.outage_limit_ns;
  if (promises.vms) json["vms"] = ToJson(*promises.vms);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Promises ReadPromises(const std::filesystem::path& file) {
  try {
    return FromJson(Json::parse(ReadFile(file)));
  } catch (const Json::exception& error) {
    throw UsageError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace faultline
