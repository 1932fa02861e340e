#include "faultline/workload/kv/store_load_client.h"

#include <fmt/format.h>

namespace faultline::internal {

StoreLoadClient::StoreLoadClient(ReplicatedStore& store,
                                 const LoadDriver::Seat& seat,
                                 const StoreTraffic& traffic,
                                 Duration request_timeout)
    : store_(store),
      node_(seat.node),
      traffic_(traffic),
      request_timeout_(request_timeout),
      random_(seat.random),
      name_(fmt::format("c{}", seat.process)) {}

void StoreLoadClient::Connect() {
  if (!connection_) connection_ = store_.Connect(node_);
}

void StoreLoadClient::Invoke(Operation& operation) {
  Send(operation, *connection_, Within(request_timeout_));
  const bool refused =
      operation.outcome != Outcome::kOk && operation.error != kComparisonFailed;
  if (refused) connection_.reset();
}

std::string StoreLoadClient::FreshValue() {
  return fmt::format("{}-{}", name_, ++values_);
}

void TakeReply(Operation& operation, const StoreReply& reply) {
  operation.outcome = reply.outcome;
  operation.revision = reply.revision;
  operation.error = reply.error;
  if (reply.outcome == Outcome::kOk && !reply.applied) {
    operation.outcome = Outcome::kFail;
    operation.error = kComparisonFailed;
  }
}

}  // namespace faultline::internal
