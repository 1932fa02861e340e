#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "faultline/evidence/watch_trace.h"

namespace faultline {

// What one member's database holds, as its monitor told it. A value.
class OvsdbContents {
 public:
  // Takes in one set of row changes ("table updates 2"), and returns a change
  // for each key that it touched, in the order of the keys. What a write
  // deletes and puts again is one change. Throws Error if the update does not
  // fit to what is there or has another shape.
  std::vector<WatchEvent> Apply(const nlohmann::json& updates);

  // By key.
  std::map<std::string, std::string> Values() const;
  std::int64_t revision() const { return revision_; }

 private:
  struct Row {
    std::string key;
    std::string value;
  };

  void ApplyRow(const std::string& id, const nlohmann::json& change,
                std::map<std::string, std::optional<std::string>>& before);
  void ApplyStore(const nlohmann::json& changes);
  std::optional<std::string> ValueOf(const std::string& key) const;

  std::map<std::string, Row> rows_;            // by the row's UUID
  std::map<std::string, std::string> row_of_;  // key to UUID
  std::int64_t revision_ = 0;
};

}  // namespace faultline
