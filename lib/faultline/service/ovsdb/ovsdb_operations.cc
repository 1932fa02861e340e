#include "faultline/service/ovsdb/ovsdb_operations.h"

namespace faultline::internal {

using Json = nlohmann::json;

namespace {

Json Where(const char* column, const std::string& value) {
  return {Json::array({column, "==", value})};
}

Json Select(const char* table, const Json& where, const char* column) {
  return {{"op", "select"},
          {"table", table},
          {"where", where},
          {"columns", Json::array({column})}};
}

}  // namespace

Json SelectKey(const std::string& key) {
  return Select("kv", Where("key", key), "value");
}

Json InsertKey(const std::string& key, const std::string& value) {
  return {{"op", "insert"},
          {"table", "kv"},
          {"row", {{"key", key}, {"value", value}}}};
}

Json DeleteKey(const std::string& key) {
  return {{"op", "delete"}, {"table", "kv"}, {"where", Where("key", key)}};
}

Json UpdateKey(const std::string& key, const std::string& expected,
               const std::string& value) {
  Json where = Where("key", key);
  where.push_back(Json::array({"value", "==", expected}));
  return {{"op", "update"},
          {"table", "kv"},
          {"where", where},
          {"row", {{"value", value}}}};
}

Json RequireKey(const std::string& key,
                const std::optional<std::string>& value) {
  Json rows = Json::array();
  if (value) rows.push_back({{"value", *value}});
  return {{"op", "wait"},
          {"table", "kv"},
          {"timeout", 0},
          {"where", Where("key", key)},
          {"columns", Json::array({"value"})},
          {"until", "=="},
          {"rows", rows}};
}

Json InsertRequest(const std::string& id) {
  return {{"op", "insert"}, {"table", "request"}, {"row", {{"id", id}}}};
}

Json SelectRequest(const std::string& id) {
  return Select("request", Where("id", id), "id");
}

Json CountUp(const std::string& column) {
  return {{"op", "mutate"},
          {"table", "store"},
          {"where", Json::array()},
          {"mutations", {Json::array({column, "+=", 1})}}};
}

Json SelectRevision() { return Select("store", Json::array(), "revision"); }

std::optional<std::string> ValueOf(const Json& result) {
  const Json& rows = result.at("rows");
  if (rows.empty()) return std::nullopt;
  return rows.at(0).at("value").get<std::string>();
}

std::int64_t RevisionOf(const Json& result) {
  return result.at("rows").at(0).at("revision").get<std::int64_t>();
}

bool HasRow(const Json& result) { return !result.at("rows").empty(); }

std::int64_t CountOf(const Json& result) {
  return result.at("count").get<std::int64_t>();
}

bool IsOvsdbText(const std::string& text) {
  if (text.find('\0') != std::string::npos) return false;
  try {
    static_cast<void>(Json(text).dump());
  } catch (const Json::type_error&) {
    return false;
  }
  return true;
}

}  // namespace faultline::internal
