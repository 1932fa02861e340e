#include "faultline/workload/kv/register_client.h"

#include <fmt/format.h>

namespace faultline::internal {
namespace {

StoreReply Ask(const Operation& operation, ReadMode reads,
               StoreClient& connection, Deadline deadline) {
  switch (operation.kind) {
    case OperationKind::kRead:
      return connection.Get(operation.key, reads, deadline);
    case OperationKind::kWrite:
      return connection.Put(operation.key, *operation.value, deadline);
    case OperationKind::kDelete:
      return connection.Delete(operation.key, deadline);
    default:  // Next makes no other kind
      break;
  }
  return connection.CompareAndSet(operation.key, operation.expected,
                                  *operation.value, deadline);
}

}  // namespace

Operation RegisterClient::Next() {
  Operation operation;
  operation.key = fmt::format("k{}", 1 + random().Below(traffic().keys));
  double share = random().Fraction() - traffic().read_share;
  if (share < 0) return operation;
  share -= traffic().delete_share;
  if (share < 0) {
    operation.kind = OperationKind::kDelete;
    return operation;
  }
  operation.value = FreshValue();
  operation.kind = OperationKind::kWrite;
  if (share < traffic().compare_and_set_share) {
    operation.kind = OperationKind::kCompareAndSet;
    operation.expected = last_seen_[operation.key];
  }
  return operation;
}

void RegisterClient::Send(Operation& operation, StoreClient& connection,
                          Deadline deadline) {
  const StoreReply reply =
      Ask(operation, traffic().reads, connection, deadline);
  TakeReply(operation, reply);
  if (operation.outcome == Outcome::kOk &&
      operation.kind == OperationKind::kRead) {
    operation.value = reply.value;
  }
}

void RegisterClient::Completed(const Operation& operation) {
  if (operation.outcome == Outcome::kOk) {
    last_seen_[operation.key] = operation.value;
  }
}

}  // namespace faultline::internal
