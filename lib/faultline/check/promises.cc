#include "faultline/check/promises.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/base/files.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

Promises FromJson(const Json& json) {
  Promises promises{.model = json.at("model"),
                    .raft = json.at("raft"),
                    .logs_show_values = json.at("logs_show_values"),
                    .processor_wait = json.at("processor_wait")};
  if (const auto limit = json.find("outage_limit_ns"); limit != json.end())
    promises.outage_limit_ns = limit->get<std::int64_t>();
  const auto downtimes = json.find("downtimes");
  if (downtimes == json.end()) return promises;
  for (const Json& downtime : *downtimes)
    promises.downtimes.push_back({downtime.at(0), downtime.at(1)});
  return promises;
}

}  // namespace

std::string ToJson(const Promises& promises) {
  Json json = {{"model", promises.model},
               {"raft", promises.raft},
               {"logs_show_values", promises.logs_show_values},
               {"processor_wait", promises.processor_wait}};
  if (promises.outage_limit_ns)
    json["outage_limit_ns"] = *promises.outage_limit_ns;
  json["downtimes"] = Json::array();
  for (const Downtime& downtime : promises.downtimes)
    json["downtimes"].push_back({downtime.from_ns, downtime.until_ns});
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
