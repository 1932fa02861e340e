#include "faultline/persisted/ovsdb_replay.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace faultline::internal {

using Json = nlohmann::json;

// A column that has its default is left out, so an unknown row begins empty. A
// column's difference is its new value, since all of ours hold one value.
std::vector<Commit> OvsdbReplay::Apply(const Json& transaction) {
  const Json rows = transaction.value("kv", Json::object());
  const Json store = transaction.value("store", Json::object());
  std::map<std::string, std::optional<std::string>> after;
  for (const auto& [id, columns] : rows.items()) {
    if (columns.is_null()) {
      const auto row = rows_.find(id);
      if (row == rows_.end()) continue;
      after.emplace(row->second.key, std::nullopt);  // unless it is put again
      rows_.erase(row);
      continue;
    }
    Row& row = rows_[id];
    row.key = columns.value("key", row.key);
    row.value = columns.value("value", row.value);
    after[row.key] = row.value;
  }
  for (const auto& [id, columns] : store.items()) {
    if (columns.is_object()) revision_ = columns.value("revision", revision_);
  }
  std::vector<Commit> changes;
  for (const auto& [key, value] : after) {
    changes.push_back({.revision = revision_, .key = key, .value = value});
  }
  return changes;
}

}  // namespace faultline::internal
