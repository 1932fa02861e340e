#pragma once

#include <map>
#include <optional>
#include <string>

#include "faultline/workload/load_client.h"

namespace faultline::internal {

// Reads, writes, deletes and compares single keys.
class RegisterClient : public LoadClient {
 public:
  using LoadClient::LoadClient;

 protected:
  Operation Choose() override;
  void Send(Operation& operation, StoreClient& connection) override;
  void Remember(const Operation& operation) override;

 private:
  std::map<std::string, std::optional<std::string>> last_seen_;  // by key
};

}  // namespace faultline::internal
