#include "faultline/service/etcd_channel.h"

#include <fmt/format.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace faultline::internal {
namespace {

grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  // Despite its name this bounds one connection attempt, and a slow guest
  // takes seconds to greet.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetMaxReceiveMessageSize(-1);
  return arguments;
}

const char* CodeName(int code) {
  static constexpr std::array kNames = {"OK",
                                        "CANCELLED",
                                        "UNKNOWN",
                                        "INVALID_ARGUMENT",
                                        "DEADLINE_EXCEEDED",
                                        "NOT_FOUND",
                                        "ALREADY_EXISTS",
                                        "PERMISSION_DENIED",
                                        "RESOURCE_EXHAUSTED",
                                        "FAILED_PRECONDITION",
                                        "ABORTED",
                                        "OUT_OF_RANGE",
                                        "UNIMPLEMENTED",
                                        "INTERNAL",
                                        "UNAVAILABLE",
                                        "DATA_LOSS",
                                        "UNAUTHENTICATED"};
  const bool known = code >= 0 && code < static_cast<int>(kNames.size());
  return known ? kNames[code] : "a status beyond gRPC's table";
}

}  // namespace

EtcdChannel::EtcdChannel(std::string address) : address_(std::move(address)) {}

// gRPC gets over a failed attempt only after its back-off and while some thread
// polls, which between two requests is nobody. A new channel tries at once.
std::shared_ptr<grpc::Channel> EtcdChannel::Current() {
  const std::lock_guard lock(mutex_);
  if (!channel_ ||
      channel_->GetState(false) == GRPC_CHANNEL_TRANSIENT_FAILURE) {
    channel_ = grpc::CreateCustomChannel(
        address_, grpc::InsecureChannelCredentials(), Arguments());
  }
  return channel_;
}

std::shared_ptr<grpc::Channel> EtcdChannel::Connect(Deadline deadline) {
  const auto until = ToSystemTime(deadline);
  std::shared_ptr<grpc::Channel> channel = Current();
  grpc_connectivity_state state = channel->GetState(true);
  while (state != GRPC_CHANNEL_READY) {
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE) return nullptr;
    if (!channel->WaitForStateChange(state, until)) return nullptr;
    state = channel->GetState(true);
  }
  return deadline.Expired() ? nullptr : channel;
}

EtcdFailure EtcdChannel::NotSent() const {
  return {.sent = false,
          .code = grpc::StatusCode::UNAVAILABLE,
          .message = fmt::format("not sent: no connection to {}", address_)};
}

std::chrono::system_clock::time_point EtcdChannel::ToSystemTime(
    Deadline deadline) {
  return std::chrono::system_clock::now() +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(
             deadline.Remaining());
}

void EtcdChannel::SetDeadline(grpc::ClientContext& context, Deadline deadline) {
  context.set_deadline(ToSystemTime(deadline));
}

std::optional<EtcdFailure> EtcdChannel::ToFailure(const grpc::Status& status) {
  if (status.ok()) return std::nullopt;
  return EtcdFailure{.code = status.error_code(),
                     .message = status.error_message()};
}

std::string Describe(const EtcdFailure& failure) {
  if (!failure.sent) return failure.message;
  return fmt::format("{}: {}", CodeName(failure.code), failure.message);
}

}  // namespace faultline::internal
