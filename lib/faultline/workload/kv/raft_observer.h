#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "faultline/evidence/raft_trace.h"
#include "faultline/history/recorder.h"
#include "faultline/service/replicated_store.h"
#include "faultline/workload/load_driver.h"

namespace faultline::internal {

// Samples what each member of a Raft store says of itself.
//
// A leader is put into the trace only if it is confirmed: the same leader and
// term before and after a linearizable read through the same member. Services
// such as etcd report the term of the last applied entry, so that right after
// an election a member names the new leader beside the old term, which would
// look like two leaders in a term. The read makes the member apply an entry of
// the leader's own term, so equal answers around it belong together.
//
// A member's incarnation grows when it answers again after one or more samples
// that it did not answer. A restart that fits between two samples goes
// unnoticed.
class RaftObserver : public NodeObserver {
 public:
  RaftObserver(ReplicatedStore& store, Duration request_timeout,
               const Recorder& clock);

  void Look(Node& node) override;
  // After the last Look.
  RaftTrace Take() { return std::move(trace_); }

 private:
  struct Seen {
    int incarnation = 1;
    bool silent = false;  // did not answer the last sample
    std::unique_ptr<StoreClient> connection;
  };

  std::optional<MemberStatus> Ask(Node& node);
  bool ReadThrough(Node& node, Seen& seen);
  Deadline CallDeadline() const;

  ReplicatedStore& store_;
  const Duration request_timeout_;
  const Recorder& clock_;
  std::map<std::string, Seen> seen_;  // by node
  RaftTrace trace_;
};

}  // namespace faultline::internal
