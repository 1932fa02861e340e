#include "faultline/workload/observer.h"

#include <algorithm>
#include <memory>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

// Short, so that a dead member does not hold up the samples of the others.
constexpr std::chrono::milliseconds kLongestCall{500};

}  // namespace

Observer::Observer(ReplicatedStore& store, const RegisterTraffic& traffic,
                   const Recorder& recorder, Workers& workers)
    : store_(store),
      traffic_(traffic),
      recorder_(recorder),
      workers_(workers) {}

void Observer::Run(const std::stop_token& stop) {
  TimePoint next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    for (Node* node : store_.nodes()) {
      if (stop.stop_requested()) return;
      Sample(*node);
    }
    next = std::max(next + Scaled(traffic_.observe_interval),
                    std::chrono::steady_clock::now());
    workers_.PauseUntil(stop, next);
  }
}

void Observer::Sample(Node& node) {
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
  trace_.push_back({.at_ns = recorder_.Now(),
                    .node = node.name(),
                    .leader = confirmed ? after->leader : "",
                    .term = after->term,
                    .commit_index = after->commit_index,
                    .applied_index = after->applied_index,
                    .incarnation = seen.incarnation});
}

std::optional<MemberStatus> Observer::Ask(Node& node) {
  try {
    return store_.Status(node, CallDeadline());
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool Observer::ReadThrough(Node& node, Seen& seen) {
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

Deadline Observer::CallDeadline() const {
  return Within(std::min<Duration>(traffic_.request_timeout, kLongestCall));
}

}  // namespace faultline::internal
