#include "faultline/workload/kv/store_load_client.h"

#include <fmt/format.h>

#include <algorithm>

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
  if (connection_) return;
  connection_ = traffic_.retry ? MakeRetryingClient() : store_.Connect(node_);
}

// Each attempt has its share of an emulated service's slowness.
std::unique_ptr<StoreClient> StoreLoadClient::MakeRetryingClient() {
  const RetryTraffic& retry = *traffic_.retry;
  RetryingStoreClient::Options options{.policy = retry.policy,
                                       .guard = retry.guard,
                                       .name = name_,
                                       .attempts = retry.attempts};
  options.policy.attempt_timeout = Scaled(retry.policy.attempt_timeout);
  const std::vector<Node*> nodes = store_.nodes();
  options.first_member = static_cast<std::size_t>(
      std::ranges::find(nodes, &node_) - nodes.begin());
  return std::make_unique<RetryingStoreClient>(store_, options,
                                               RandomStream(random_.Next(), 0));
}

Duration StoreLoadClient::Limit() const {
  return traffic_.retry ? traffic_.retry->limit : request_timeout_;
}

void StoreLoadClient::Invoke(Operation& operation) {
  Send(operation, *connection_, Within(Limit()));
  const bool refused =
      operation.outcome != Outcome::kOk && operation.error != kComparisonFailed;
  if (refused && !traffic_.retry) connection_.reset();
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
