#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "faultline/service/ovsdb/json_rpc.h"
#include "faultline/service/ovsdb/ovsdb_errors.h"

namespace faultline::internal {

// What became of one transaction: the results of its operations, or a failure.
struct OvsdbExecution {
  nlohmann::json results = {};
  std::optional<OvsdbFailure> failure = {};
};

// The way to one member, with at most one connection at a time. Makes one when
// a request needs it, once a request; sends nothing twice. Used by one thread.
class OvsdbSession {
 public:
  OvsdbSession(std::string node, std::function<std::string()> address)
      : node_(std::move(node)), address_(std::move(address)) {}

  // `operations`: an array. Never throws for what the member does.
  OvsdbExecution Transact(const nlohmann::json& operations, Deadline deadline,
                          const std::string& database);
  const std::string& node() const { return node_; }

 private:
  std::optional<OvsdbFailure> Connect(Deadline deadline);
  OvsdbExecution Judge(RpcAnswer answer) const;
  OvsdbExecution JudgeResults(nlohmann::json results) const;

  const std::string node_;
  const std::function<std::string()> address_;
  std::string connected_to_;
  std::unique_ptr<JsonRpc> connection_;
};

}  // namespace faultline::internal
