#pragma once

#include <string>

#include "faultline/history/operation.h"

namespace faultline {

// How a request ended that did not succeed.
struct EtcdFailure {
  bool sent = true;          // false: never given to a connection
  int code = 0;              // gRPC status code
  std::string message = {};  // the server's or gRPC's words
};

// The error table of the etcd binding: what a failure says about the effect of
// a write. A read has no effect, so its failures are kFail always.
//
//   not sent (no connection, checked before)        kFail
//   INVALID_ARGUMENT (3)                            kFail
//   PERMISSION_DENIED (7), UNAUTHENTICATED (16)     kFail
//   FAILED_PRECONDITION (9)                         kFail
//   UNIMPLEMENTED (12)                              kFail
//   "etcdserver: too many requests", any code       kFail
//   everything else                                 kUnknown
//
// etcd checks what is kFail before it proposes, or refuses it while applying
// without a change. "Everything else" holds some that look like refusals:
// RESOURCE_EXHAUSTED "mvcc: database space exceeded" comes from the quota check
// before the proposal, but also from the applier, which has stored the value by
// then; UNAVAILABLE stands for a request that timed out or was in flight when
// the member died; "no leader" and "leader changed" can follow a proposal that
// the next leader commits.
Outcome WriteOutcome(const EtcdFailure& failure);

}  // namespace faultline
