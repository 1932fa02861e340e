#include "faultline/base/processor_watch.h"

#include <algorithm>
#include <utility>

namespace faultline {

ProcessorWatch::ProcessorWatch(Look look, Duration interval)
    : look_(std::move(look)),
      interval_(interval),
      last_(look_()),
      looked_(std::chrono::steady_clock::now()),
      thread_([this] { Run(); }) {}

ProcessorWatch::~ProcessorWatch() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ending_.notify_all();
  thread_.join();
}

void ProcessorWatch::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_.wait_for(lock, interval_, [this] { return end_; })) {
    lock.unlock();
    AddStretch();
    lock.lock();
  }
}

void ProcessorWatch::AddStretch() {
  Stretch stretch{.from = looked_, .until = {}, .shares = {}};
  std::map<pid_t, ProcessorUse> now = look_();
  // One that is new began after the look before.
  for (const auto& [pid, use] : now)
    stretch.shares[pid] = Difference(last_[pid], use);
  last_ = std::move(now);
  stretch.until = looked_ = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  stretches_.push_back(std::move(stretch));
}

std::optional<double> ProcessorWatch::LongestWait(TimePoint from,
                                                  TimePoint until) const {
  std::map<pid_t, ProcessorShare> sums;
  Duration covered = Duration::zero();
  const std::lock_guard lock(mutex_);
  for (const Stretch& stretch : stretches_) {
    if (stretch.until <= from || stretch.from >= until) continue;
    covered += stretch.until - stretch.from;
    for (const auto& [pid, share] : stretch.shares) {
      sums[pid].ran += share.ran;
      sums[pid].waited += share.waited;
    }
  }
  if (covered == Duration::zero()) return std::nullopt;
  double longest = 0;
  for (const auto& [pid, share] : sums) {
    const Duration wanted = share.ran + share.waited;
    if (wanted < covered / 10) continue;
    longest = std::max(longest, static_cast<double>(share.waited.count()) /
                                    static_cast<double>(wanted.count()));
  }
  return longest;
}

}  // namespace faultline
