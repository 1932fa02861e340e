#include "faultline/workload/load_client.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline::internal {

LoadClient::LoadClient(ReplicatedStore& store, Node& node,
                       const RegisterTraffic& traffic, RandomStream random,
                       Recorder& recorder, Workers& workers)
    : store_(store),
      node_(node),
      traffic_(traffic),
      random_(random),
      recorder_(recorder),
      workers_(workers),
      process_(recorder.NewProcess()),
      name_(fmt::format("c{}", process_)) {}

void LoadClient::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (Connected()) RunOne(Choose());
    workers_.PauseUntil(stop,
                        std::chrono::steady_clock::now() + traffic_.pause);
  }
}

std::string LoadClient::FreshValue() {
  return fmt::format("{}-{}", name_, ++values_);
}

bool LoadClient::Connected() {
  if (connection_) return true;
  try {
    connection_ = store_.Connect(node_);
  } catch (const Error& error) {
    workers_.NoteError(error.what());
  }
  return connection_ != nullptr;
}

void LoadClient::RunOne(Operation operation) {
  operation.process = process_;
  const std::int64_t token = recorder_.Invoke(operation);
  Send(operation, *connection_);
  recorder_.Complete(token, operation);
  Remember(operation);
  GoOnAfter(operation);
}

void LoadClient::GoOnAfter(const Operation& operation) {
  const bool compared = operation.error == kComparisonFailed;
  if (operation.outcome == Outcome::kOk) {
    workers_.Progressed();
  } else {
    workers_.NoteError(fmt::format("{}: {}: {}", node_.name(),
                                   ToText(operation.kind), operation.error));
    // The member may come back under another port.
    if (!compared) connection_.reset();
  }
  if (operation.outcome == Outcome::kUnknown) process_ = recorder_.NewProcess();
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
