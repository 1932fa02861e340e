#pragma once

#include <optional>
#include <string>
#include <vector>

#include "faultline/workload/kv/store_load_client.h"

namespace faultline::internal {

// Adds to, removes from and reads whole sets. A set is one key of the store
// with a JSON list, changed by compare-and-set on what was read just before, so
// that a change either happens whole or (the comparison failed) not at all.
class SetClient : public StoreLoadClient {
 public:
  using StoreLoadClient::StoreLoadClient;

  Operation Next() override;
  void Completed(const Operation& operation) override;

 protected:
  void Send(Operation& operation, StoreClient& connection,
            Deadline deadline) override;

 private:
  struct Element {
    std::string key;
    std::string value;
  };
  std::vector<Element> mine_;  // added, and not removed, as far as known
};

// The elements that a set's value shows; what is no list is one element.
std::vector<std::string> ElementsOf(const std::optional<std::string>& value);

}  // namespace faultline::internal
