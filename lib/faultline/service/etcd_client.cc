#include "faultline/service/etcd_client.h"

#include "faultline/service/etcd.grpc.pb.h"
#include "faultline/service/etcd_channel.h"
#include "faultline/service/etcd_errors.h"

namespace faultline {

namespace pb = etcdserverpb;

struct EtcdClient::Impl {
  explicit Impl(const std::string& address) : channel(address) {}

  template <typename Method>
  std::optional<EtcdFailure> Call(Deadline deadline, Method method) {
    return channel.Call<pb::KV>(deadline, method);
  }

  internal::EtcdChannel channel;
};

namespace {

StoreReply Failed(const EtcdFailure& failure, Outcome outcome) {
  return {.outcome = outcome, .error = internal::Describe(failure)};
}

StoreReply FailedWrite(const EtcdFailure& failure) {
  return Failed(failure, WriteOutcome(failure));
}

template <typename Response>
StoreReply Succeeded(const Response& response) {
  return {.outcome = Outcome::kOk, .revision = response.header().revision()};
}

pb::TxnRequest CompareAndSetRequest(const std::string& key,
                                    const std::optional<std::string>& expected,
                                    const std::string& value) {
  pb::TxnRequest request;
  pb::Compare& compare = *request.add_compare();
  compare.set_key(key);
  compare.set_result(pb::Compare::EQUAL);
  if (expected) {
    compare.set_target(pb::Compare::VALUE);
    compare.set_value(*expected);
  } else {
    compare.set_target(pb::Compare::CREATE);
    compare.set_create_revision(0);
  }
  pb::PutRequest& put = *request.add_success()->mutable_request_put();
  put.set_key(key);
  put.set_value(value);
  return request;
}

}  // namespace

EtcdClient::EtcdClient(const std::string& address)
    : impl_(std::make_unique<Impl>(address)) {}

EtcdClient::~EtcdClient() = default;

StoreReply EtcdClient::Put(const std::string& key, const std::string& value,
                           Deadline deadline) {
  pb::PutRequest request;
  request.set_key(key);
  request.set_value(value);
  pb::PutResponse response;
  const auto failure = impl_->Call(deadline, [&](auto& kv, auto& context) {
    return kv.Put(&context, request, &response);
  });
  return failure ? FailedWrite(*failure) : Succeeded(response);
}

StoreReply EtcdClient::Get(const std::string& key, ReadMode mode,
                           Deadline deadline) {
  pb::RangeRequest request;
  request.set_key(key);
  request.set_serializable(mode == ReadMode::kLocal);
  pb::RangeResponse response;
  const auto failure = impl_->Call(deadline, [&](auto& kv, auto& context) {
    return kv.Range(&context, request, &response);
  });
  if (failure) return Failed(*failure, Outcome::kFail);
  StoreReply reply = Succeeded(response);
  if (response.kvs_size() > 0) reply.value = response.kvs(0).value();
  return reply;
}

StoreReply EtcdClient::Delete(const std::string& key, Deadline deadline) {
  pb::DeleteRangeRequest request;
  request.set_key(key);
  pb::DeleteRangeResponse response;
  const auto failure = impl_->Call(deadline, [&](auto& kv, auto& context) {
    return kv.DeleteRange(&context, request, &response);
  });
  return failure ? FailedWrite(*failure) : Succeeded(response);
}

StoreReply EtcdClient::CompareAndSet(const std::string& key,
                                     const std::optional<std::string>& expected,
                                     const std::string& value,
                                     Deadline deadline) {
  const pb::TxnRequest request = CompareAndSetRequest(key, expected, value);
  pb::TxnResponse response;
  const auto failure = impl_->Call(deadline, [&](auto& kv, auto& context) {
    return kv.Txn(&context, request, &response);
  });
  if (failure) return FailedWrite(*failure);
  StoreReply reply = Succeeded(response);
  reply.applied = response.succeeded();
  return reply;
}

}  // namespace faultline
