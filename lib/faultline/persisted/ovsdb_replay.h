#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "faultline/evidence/commit_log.h"

namespace faultline::internal {

// Follows our tables (service/ovsdb/ovsdb_schema.h) through the transactions
// of a log.
class OvsdbReplay {
 public:
  // Takes in one transaction, rows by table; what it changed, by key. Throws
  // nlohmann::json::exception for another shape.
  std::vector<Commit> Apply(const nlohmann::json& transaction);
  std::int64_t revision() const { return revision_; }

 private:
  struct Row {
    std::string key;
    std::string value;
  };

  std::map<std::string, Row> rows_;  // by UUID
  std::int64_t revision_ = 0;
};

}  // namespace faultline::internal
