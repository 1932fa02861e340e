#include "faultline/workload/register_client.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline::internal {

RegisterClient::RegisterClient(ReplicatedStore& store, Node& node,
                               const RegisterTraffic& traffic,
                               RandomStream random, Recorder& recorder,
                               Workers& workers)
    : store_(store),
      node_(node),
      traffic_(traffic),
      random_(random),
      recorder_(recorder),
      workers_(workers),
      process_(recorder.NewProcess()),
      name_(fmt::format("c{}", process_)) {}

void RegisterClient::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (Connected()) RunOne(Choose());
    workers_.PauseUntil(stop,
                        std::chrono::steady_clock::now() + traffic_.pause);
  }
}

bool RegisterClient::Connected() {
  if (connection_) return true;
  try {
    connection_ = store_.Connect(node_);
  } catch (const Error& error) {
    workers_.NoteError(error.what());
  }
  return connection_ != nullptr;
}

Operation RegisterClient::Choose() {
  Operation operation;
  operation.process = process_;
  operation.key = fmt::format("k{}", 1 + random_.Below(traffic_.keys));
  const double share = random_.Fraction();
  if (share < traffic_.read_share) return operation;
  operation.value = fmt::format("{}-{}", name_, ++writes_);
  if (share < traffic_.read_share + traffic_.compare_and_set_share) {
    operation.kind = OperationKind::kCompareAndSet;
    operation.expected = last_seen_[operation.key];
  } else {
    operation.kind = OperationKind::kWrite;
  }
  return operation;
}

StoreReply RegisterClient::Send(const Operation& operation) {
  const Deadline deadline = Within(traffic_.request_timeout);
  switch (operation.kind) {
    case OperationKind::kRead:
      return connection_->Get(operation.key, ReadMode::kLinearizable, deadline);
    case OperationKind::kWrite:
      return connection_->Put(operation.key, *operation.value, deadline);
    case OperationKind::kDelete:
      return connection_->Delete(operation.key, deadline);
    default:  // Choose makes no other kind
      break;
  }
  return connection_->CompareAndSet(operation.key, operation.expected,
                                    *operation.value, deadline);
}

void RegisterClient::RunOne(Operation operation) {
  const std::int64_t token = recorder_.Invoke(operation);
  const StoreReply reply = Send(operation);
  operation.outcome = reply.outcome;
  operation.revision = reply.revision;
  operation.error = reply.error;
  const bool answered = reply.outcome == Outcome::kOk;
  if (answered && operation.kind == OperationKind::kRead) {
    operation.value = reply.value;
  }
  if (answered && operation.kind == OperationKind::kCompareAndSet &&
      !reply.applied) {
    operation.outcome = Outcome::kFail;
    operation.error = "comparison failed";
  }
  recorder_.Complete(token, operation);
  Remember(operation);
  GoOnAfter(operation, answered);
}

void RegisterClient::Remember(const Operation& operation) {
  if (operation.outcome == Outcome::kOk) {
    last_seen_[operation.key] = operation.value;
    workers_.Progressed();
    return;
  }
  workers_.NoteError(fmt::format("{}: {}: {}", node_.name(),
                                 ToText(operation.kind), operation.error));
}

void RegisterClient::GoOnAfter(const Operation& operation, bool answered) {
  // The member may come back under another port.
  if (!answered) connection_.reset();
  if (operation.outcome == Outcome::kUnknown) process_ = recorder_.NewProcess();
}

}  // namespace faultline::internal
