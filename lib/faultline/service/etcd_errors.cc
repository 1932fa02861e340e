#include "faultline/service/etcd_errors.h"

#include <grpcpp/support/status_code_enum.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace faultline {
namespace {

constexpr std::array kRefusedCodes = {
    grpc::StatusCode::INVALID_ARGUMENT,    grpc::StatusCode::PERMISSION_DENIED,
    grpc::StatusCode::UNAUTHENTICATED,     grpc::StatusCode::UNIMPLEMENTED,
    grpc::StatusCode::FAILED_PRECONDITION,
};

// etcd hands this one to gRPC without a code, so it arrives as UNKNOWN.
constexpr std::array<std::string_view, 1> kRefusedMessages = {
    "etcdserver: too many requests",
};

}  // namespace

Outcome WriteOutcome(const EtcdFailure& failure) {
  const bool refused =
      !failure.sent || std::ranges::count(kRefusedCodes, failure.code) > 0 ||
      std::ranges::count(kRefusedMessages, failure.message) > 0;
  return refused ? Outcome::kFail : Outcome::kUnknown;
}

}  // namespace faultline
