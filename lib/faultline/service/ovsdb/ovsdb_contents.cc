#include "faultline/service/ovsdb/ovsdb_contents.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"

namespace faultline {

using Json = nlohmann::json;

namespace {

// The one change of a row: its kind and its columns.
std::pair<std::string, const Json*> OnlyChange(const Json& change) {
  if (!change.is_object() || change.size() != 1) {
    throw Error("ovsdb: monitor: no row change: " + change.dump());
  }
  return {change.begin().key(), &change.begin().value()};
}

bool IsNew(const std::string& kind) {
  return kind == "initial" || kind == "insert";
}

}  // namespace

std::vector<WatchEvent> OvsdbContents::Apply(const Json& updates) {
  std::map<std::string, std::optional<std::string>> before;
  try {
    const auto rows = updates.find("kv");
    if (rows != updates.end()) {
      // A key's old row goes before its new one comes.
      for (const bool gone : {true, false}) {
        for (const auto& [id, change] : rows->items()) {
          if (change.contains("delete") == gone) ApplyRow(id, change, before);
        }
      }
    }
    if (updates.contains("store")) ApplyStore(updates["store"]);
  } catch (const Json::exception& error) {
    throw Error(fmt::format("ovsdb: monitor: {}", error.what()));
  }
  std::vector<WatchEvent> events;
  for (const auto& [key, previous] : before) {
    const std::optional<std::string> value = ValueOf(key);
    if (!value && !previous) continue;
    events.push_back({.revision = revision_,
                      .key = key,
                      .value = value,
                      .previous = previous,
                      .created = std::nullopt});
  }
  return events;
}

void OvsdbContents::ApplyRow(
    const std::string& id, const Json& change,
    std::map<std::string, std::optional<std::string>>& before) {
  const auto [kind, columns] = OnlyChange(change);
  if (IsNew(kind)) {
    Row row{.key = columns->value("key", ""),
            .value = columns->value("value", "")};
    before.emplace(row.key, ValueOf(row.key));
    row_of_[row.key] = id;
    rows_[id] = std::move(row);
    return;
  }
  const auto known = rows_.find(id);
  if (known == rows_.end()) {
    throw Error(
        fmt::format("ovsdb: monitor: {} of an unknown row {}", kind, id));
  }
  Row& row = known->second;
  before.emplace(row.key, row.value);
  if (kind == "modify") {
    row.value = columns->value("value", row.value);
  } else if (kind == "delete") {
    row_of_.erase(row.key);
    rows_.erase(known);
  } else {
    throw Error("ovsdb: monitor: an unknown kind of change: " + kind);
  }
}

void OvsdbContents::ApplyStore(const Json& changes) {
  for (const auto& [id, change] : changes.items()) {
    const auto [kind, columns] = OnlyChange(change);
    if (columns->is_object()) {
      revision_ = columns->value("revision", revision_);
    }
  }
}

std::optional<std::string> OvsdbContents::ValueOf(
    const std::string& key) const {
  const auto row = row_of_.find(key);
  if (row == row_of_.end()) return std::nullopt;
  return rows_.at(row->second).value;
}

std::map<std::string, std::string> OvsdbContents::Values() const {
  std::map<std::string, std::string> values;
  for (const auto& [key, id] : row_of_) values[key] = rows_.at(id).value;
  return values;
}

}  // namespace faultline
