#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "faultline/evidence/outage.h"
#include "faultline/history/recorder.h"
#include "faultline/workload/load_driver.h"
#include "faultline/workload/workers.h"
#include "faultline/workload/workload_options.h"

namespace faultline::internal {

// Measures availability at a fixed rate: at each tick every node that is not
// still busy with an earlier probe gets one; the tick is answered if any node
// answers it. A probe waits for two intervals at the most (never longer than
// the request timeout), so an outage is measured to about that precision; only
// the first to a node, which also connects, may take the whole request timeout.
// So may one more to each node after the end, if the last tick was not
// answered: whether an outage is over must not depend on a probe for which two
// intervals were too short.
class Prober {
 public:
  Prober(const WorkloadOptions& options, const Recorder& recorder,
         Workers& workers);

  // The body of the thread of one node.
  void ProbeNode(NodeProbe& probe, const std::stop_token& stop);
  // After all threads ended, with the time when they were asked to.
  std::vector<Probe> Collect(std::int64_t stopped_ns);

 private:
  struct Tick {
    bool tried = false;
    Probe probe;
  };

  std::int64_t DueNs(std::int64_t tick) const {
    return began_ns_ + tick * interval_ns_;
  }
  // The first tick that is not before now.
  std::int64_t NextTick() const;
  void Try(NodeProbe& probe, std::int64_t tick, Duration timeout);
  bool LastIsAnswered();
  void MarkTried(std::int64_t tick);
  void MarkAnswered(std::int64_t tick, std::int64_t at_ns);
  Tick& At(std::int64_t tick);

  const WorkloadOptions options_;
  const Recorder& recorder_;
  Workers& workers_;
  const std::int64_t interval_ns_;
  const TimePoint began_ = std::chrono::steady_clock::now();
  const std::int64_t began_ns_;
  std::mutex mutex_;
  std::vector<Tick> ticks_;
};

}  // namespace faultline::internal
