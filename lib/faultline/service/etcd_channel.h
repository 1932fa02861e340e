#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/service/etcd_errors.h"

namespace faultline::internal {

// The way to one member, with a connection of its own. A request is only
// started on an established connection, so that "not sent" is certain, and
// nothing is ever retried. While there is no connection, each request makes one
// attempt at once. Thread-safe. For the .cc files of the etcd binding.
class EtcdChannel {
 public:
  explicit EtcdChannel(std::string address);

  // Waits for a connection: null if the attempt fails or the deadline passes.
  std::shared_ptr<grpc::Channel> Connect(Deadline deadline);

  // Makes a unary call, `method(Service::NewStub(channel), context)`, and turns
  // its end into a failure, or nothing if it succeeded.
  template <typename Service, typename Method>
  std::optional<EtcdFailure> Call(Deadline deadline, Method method) {
    const std::shared_ptr<grpc::Channel> channel = Connect(deadline);
    if (!channel) return NotSent();
    grpc::ClientContext context;
    SetDeadline(context, deadline);
    return ToFailure(method(*Service::NewStub(channel), context));
  }

  EtcdFailure NotSent() const;
  // gRPC's C++ time points are those of the system clock.
  static std::chrono::system_clock::time_point ToSystemTime(Deadline deadline);
  static void SetDeadline(grpc::ClientContext& context, Deadline deadline);
  static std::optional<EtcdFailure> ToFailure(const grpc::Status& status);

 private:
  std::shared_ptr<grpc::Channel> Current();

  const std::string address_;
  std::mutex mutex_;
  std::shared_ptr<grpc::Channel> channel_;
};

// "UNAVAILABLE: etcdserver: request timed out", for messages.
std::string Describe(const EtcdFailure& failure);

}  // namespace faultline::internal
