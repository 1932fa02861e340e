#include "faultline/service/etcd_node_client.h"

#include "faultline/base/error.h"

namespace faultline {

template <typename Request>
StoreReply EtcdNodeClient::Send(Request request) {
  try {
    const std::string address = address_();
    if (!client_ || address != connected_to_) {
      client_ = std::make_unique<EtcdClient>(address);
      connected_to_ = address;
    }
  } catch (const Error& error) {
    return {.outcome = Outcome::kFail,
            .error = std::string("not sent: ") + error.what()};
  }
  return request(*client_);
}

StoreReply EtcdNodeClient::Put(const std::string& key, const std::string& value,
                               Deadline deadline) {
  return Send(
      [&](EtcdClient& client) { return client.Put(key, value, deadline); });
}

StoreReply EtcdNodeClient::Get(const std::string& key, ReadMode mode,
                               Deadline deadline) {
  return Send(
      [&](EtcdClient& client) { return client.Get(key, mode, deadline); });
}

StoreReply EtcdNodeClient::Delete(const std::string& key, Deadline deadline) {
  return Send([&](EtcdClient& client) { return client.Delete(key, deadline); });
}

StoreReply EtcdNodeClient::CompareAndSet(
    const std::string& key, const std::optional<std::string>& expected,
    const std::string& value, Deadline deadline) {
  return Send([&](EtcdClient& client) {
    return client.CompareAndSet(key, expected, value, deadline);
  });
}

}  // namespace faultline
