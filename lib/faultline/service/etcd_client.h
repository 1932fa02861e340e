#pragma once

#include <memory>
#include <string>

#include "faultline/service/replicated_store.h"

namespace faultline {

// A StoreClient for one etcd member at an address ("127.0.0.1:2379"). Outcomes
// follow the table in etcd_errors.h. Thread-safe.
class EtcdClient : public StoreClient {
 public:
  explicit EtcdClient(const std::string& address);
  ~EtcdClient() override;

  StoreReply Put(const std::string& key, const std::string& value,
                 Deadline deadline) override;
  StoreReply Get(const std::string& key, ReadMode mode,
                 Deadline deadline) override;
  StoreReply Delete(const std::string& key, Deadline deadline) override;
  StoreReply CompareAndSet(const std::string& key,
                           const std::optional<std::string>& expected,
                           const std::string& value,
                           Deadline deadline) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline
