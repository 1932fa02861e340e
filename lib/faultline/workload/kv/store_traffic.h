#pragma once

#include <optional>

#include "faultline/base/deadline.h"
#include "faultline/service/replicated_store.h"
#include "faultline/workload/kv/retrying_store_client.h"

namespace faultline {

// What the clients of a key-value load do.
enum class LoadKind { kRegister, kSet };

// Clients that are a RetryingStoreClient each, from the first request to the
// last.
struct RetryTraffic {
  RetryPolicy policy = {};
  WriteGuard guard = WriteGuard::kNone;
  // For a request in all its attempts; scaled by TimeScale(), as the attempts'
  // own timeout is.
  Duration limit = std::chrono::seconds(20);
  AttemptRecorder* attempts = nullptr;  // outlives the load
};

// Which operations on which keys. kRegister: reads, unique-value writes,
// compare-and-sets and deletes of the keys "k1", "k2", ...; values are
// "c<client>-<n>", where <client> is the first process number of the client, so
// that two loads that share a recorder never write the same value.
//
// `reads` says how: local ones may be stale, and are for showing that.
//
// kSet: additions of unique elements, removals and reads of whole sets "s1",
// "s2", ..., each a JSON list in one key; `compare_and_set_share` and
// `delete_share` have no meaning then.
struct StoreTraffic {
  int keys = 3;
  double read_share = 0.4;
  double compare_and_set_share = 0.1;  // the rest writes
  double delete_share = 0;
  LoadKind kind = LoadKind::kRegister;
  ReadMode reads = ReadMode::kLinearizable;  // of kRegister
  // Absent: a client speaks to its member only, tries nothing again, and has
  // the request timeout for each request.
  std::optional<RetryTraffic> retry = {};
};

}  // namespace faultline
