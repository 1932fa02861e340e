#pragma once

#include <map>
#include <optional>
#include <string>

#include "faultline/workload/kv/store_load_client.h"

namespace faultline::internal {

// Reads, writes, deletes and compares single keys.
class RegisterClient : public StoreLoadClient {
 public:
  using StoreLoadClient::StoreLoadClient;

  Operation Next() override;
  void Completed(const Operation& operation) override;

 protected:
  void Send(Operation& operation, StoreClient& connection,
            Deadline deadline) override;

 private:
  std::map<std::string, std::optional<std::string>> last_seen_;  // by key
};

}  // namespace faultline::internal
