#include "faultline/workload/prober.h"

#include <algorithm>

#include "faultline/base/error.h"

namespace faultline::internal {

Prober::Prober(ReplicatedStore& store, const RegisterTraffic& traffic,
               const Recorder& recorder, Workers& workers)
    : store_(store),
      traffic_(traffic),
      recorder_(recorder),
      workers_(workers),
      interval_ns_(traffic.probe_interval.count()),
      began_ns_(recorder.Now()) {}

void Prober::ProbeMember(Node& node, const std::stop_token& stop) {
  std::unique_ptr<StoreClient> connection;
  Duration timeout = traffic_.request_timeout;
  std::int64_t tick = 0;
  while (workers_.PauseUntil(stop, began_ + tick * traffic_.probe_interval)) {
    MarkTried(tick);
    if (Write(connection, node, tick, timeout)) {
      MarkAnswered(tick, recorder_.Now());
    }
    timeout = std::min(traffic_.request_timeout, 2 * traffic_.probe_interval);
    tick = std::max(tick + 1, NextTick());
  }
  if (LastIsAnswered()) return;
  tick = std::max(tick, NextTick());
  MarkTried(tick);
  if (Write(connection, node, tick, traffic_.request_timeout)) {
    MarkAnswered(tick, recorder_.Now());
  }
}

bool Prober::LastIsAnswered() {
  const std::lock_guard lock(mutex_);
  return ticks_.empty() || ticks_.back().probe.answered;
}

bool Prober::Write(std::unique_ptr<StoreClient>& connection, Node& node,
                   std::int64_t tick, Duration timeout) {
  try {
    if (!connection) connection = store_.Connect(node);
  } catch (const Error&) {
    return false;  // the node is down
  }
  const StoreReply reply = connection->Put(
      "probe/" + node.name(), std::to_string(tick), Within(timeout));
  if (reply.outcome == Outcome::kOk) return true;
  connection.reset();
  return false;
}

std::int64_t Prober::NextTick() const {
  const std::int64_t elapsed = recorder_.Now() - began_ns_;
  return (elapsed + interval_ns_ - 1) / interval_ns_;
}

Prober::Tick& Prober::At(std::int64_t tick) {
  for (auto next = static_cast<std::int64_t>(ticks_.size()); next <= tick;
       ++next) {
    ticks_.push_back({.tried = false, .probe = {.due_ns = DueNs(next)}});
  }
  return ticks_[static_cast<std::size_t>(tick)];
}

void Prober::MarkTried(std::int64_t tick) {
  const std::lock_guard lock(mutex_);
  At(tick).tried = true;
}

void Prober::MarkAnswered(std::int64_t tick, std::int64_t at_ns) {
  const std::lock_guard lock(mutex_);
  Probe& probe = At(tick).probe;
  if (probe.answered) return;
  probe.answered = true;
  probe.answered_ns = at_ns;
}

std::vector<Probe> Prober::Collect(std::int64_t stopped_ns) {
  const std::lock_guard lock(mutex_);
  if (stopped_ns >= began_ns_) At((stopped_ns - began_ns_) / interval_ns_);
  // A tick that came due just when the threads were told to stop says nothing.
  while (!ticks_.empty() && !ticks_.back().tried &&
         ticks_.back().probe.due_ns > stopped_ns - interval_ns_) {
    ticks_.pop_back();
  }
  std::vector<Probe> probes;
  probes.reserve(ticks_.size());
  for (const Tick& tick : ticks_) probes.push_back(tick.probe);
  return probes;
}

}  // namespace faultline::internal
