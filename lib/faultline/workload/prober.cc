#include "faultline/workload/prober.h"

#include <algorithm>

namespace faultline::internal {

Prober::Prober(const WorkloadOptions& options, const Recorder& recorder,
               Workers& workers)
    : options_(options),
      recorder_(recorder),
      workers_(workers),
      interval_ns_(options.probe_interval.count()),
      began_ns_(recorder.Now()) {}

void Prober::ProbeNode(NodeProbe& probe, const std::stop_token& stop) {
  Duration timeout = options_.request_timeout;
  std::int64_t tick = 0;
  while (workers_.PauseUntil(stop, began_ + tick * options_.probe_interval)) {
    Try(probe, tick, timeout);
    timeout = std::min(options_.request_timeout, 2 * options_.probe_interval);
    tick = std::max(tick + 1, NextTick());
  }
  if (LastIsAnswered()) return;
  Try(probe, std::max(tick, NextTick()), options_.request_timeout);
}

void Prober::Try(NodeProbe& probe, std::int64_t tick, Duration timeout) {
  MarkTried(tick);
  if (probe.Try(tick, Within(timeout))) MarkAnswered(tick, recorder_.Now());
}

bool Prober::LastIsAnswered() {
  const std::lock_guard lock(mutex_);
  return ticks_.empty() || ticks_.back().probe.answered;
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
