#pragma once

#include <functional>
#include <memory>
#include <string>

#include "faultline/service/etcd_client.h"

namespace faultline {

// A client that follows its member to another address: a machine that starts
// again has new ports. Used by one thread.
class EtcdNodeClient : public StoreClient {
 public:
  // `address` is asked before each request. If it throws Error (the machine is
  // off) the request was not sent: kFail.
  explicit EtcdNodeClient(std::function<std::string()> address)
      : address_(std::move(address)) {}

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
  template <typename Request>
  StoreReply Send(Request request);

  std::function<std::string()> address_;
  std::string connected_to_;
  std::unique_ptr<EtcdClient> client_;
};

}  // namespace faultline
