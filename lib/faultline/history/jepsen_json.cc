#include "faultline/history/jepsen_json.h"

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

using Json = nlohmann::json;
using Kind = EdnValue::Kind;

EdnValue Convert(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null:
      return {};
    case Json::value_t::boolean:
      return {Kind::kBoolean, json.get<bool>() ? "true" : "false", {}};
    case Json::value_t::string:
      return {Kind::kString, json.get<std::string>(), {}};
    case Json::value_t::array: {
      EdnValue vector{Kind::kVector, {}, {}};
      for (const Json& item : json) vector.items.push_back(Convert(item));
      return vector;
    }
    case Json::value_t::object: {
      EdnValue map{Kind::kMap, {}, {}};
      for (const auto& [name, value] : json.items()) {
        map.items.push_back({Kind::kString, name, {}});
        map.items.push_back(Convert(value));
      }
      return map;
    }
    default:
      return {Kind::kNumber, json.dump(), {}};
  }
}

}  // namespace

EdnValue ReadJsonValue(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) throw UsageError("not JSON");
  return Convert(json);
}

}  // namespace faultline::internal
