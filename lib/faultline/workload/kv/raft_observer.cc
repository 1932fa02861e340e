#include "faultline/workload/kv/raft_observer.h"

#include <algorithm>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

// Short, so that a dead member does not hold up the samples of the others.
constexpr std::chrono::milliseconds kLongestCall{500};

}  // namespace

RaftObserver::RaftObserver(ReplicatedStore& store, Duration request_timeout,
                           const Recorder& clock)
    : store_(store), request_timeout_(request_timeout), clock_(clock) {}

void RaftObserver::Look(Node& node) {
  Seen& seen = seen_[node.name()];
  const auto before = Ask(node);
  const bool confirmable = before && !before->leader.empty();
  const bool read = confirmable && ReadThrough(node, seen);
  const auto after = read ? Ask(node) : before;
  if (!after) {
    seen.silent = true;
    seen.connection.reset();
    return;
  }
  if (seen.silent) ++seen.incarnation;
  seen.silent = false;
  const bool confirmed =
      read && before->leader == after->leader && before->term == after->term;
  trace_.push_back({.at_ns = clock_.Now(),
                    .node = node.name(),
                    .leader = confirmed ? after->leader : "",
                    .term = after->term,
                    .commit_index = after->commit_index,
                    .applied_index = after->applied_index,
                    .incarnation = seen.incarnation});
}

std::optional<MemberStatus> RaftObserver::Ask(Node& node) {
  try {
    return store_.Status(node, CallDeadline());
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool RaftObserver::ReadThrough(Node& node, Seen& seen) {
  try {
    if (!seen.connection) seen.connection = store_.Connect(node);
  } catch (const Error&) {
    return false;
  }
  const StoreReply reply = seen.connection->Get(
      "probe/" + node.name(), ReadMode::kLinearizable, CallDeadline());
  if (reply.outcome == Outcome::kOk) return true;
  seen.connection.reset();
  return false;
}

Deadline RaftObserver::CallDeadline() const {
  return Within(std::min<Duration>(request_timeout_, kLongestCall));
}

}  // namespace faultline::internal
