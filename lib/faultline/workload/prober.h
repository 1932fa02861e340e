#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "faultline/check/availability.h"
#include "faultline/history/recorder.h"
#include "faultline/service/replicated_store.h"
#include "faultline/workload/workers.h"
#include "faultline/workload/workload.h"

namespace faultline::internal {

// Measures availability at a fixed rate: at each tick every member that is not
// still busy with an earlier probe gets one write; the tick is answered if any
// member acknowledges it. A write waits for two intervals at the most (never
// longer than the request timeout), so an outage is measured to about that
// precision; only the first write to a member, which also connects, may take
// the whole request timeout. So may one more write to each member after the
// end, if the last tick was not answered: whether an outage is over must not
// hang on a write for which two intervals were too short.
class Prober {
 public:
  Prober(ReplicatedStore& store, const RegisterTraffic& traffic,
         const Recorder& recorder, Workers& workers);

  // The body of the thread of one member.
  void ProbeMember(Node& node, const std::stop_token& stop);
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
  bool Write(std::unique_ptr<StoreClient>& connection, Node& node,
             std::int64_t tick, Duration timeout);
  bool LastIsAnswered();
  void MarkTried(std::int64_t tick);
  void MarkAnswered(std::int64_t tick, std::int64_t at_ns);
  Tick& At(std::int64_t tick);

  ReplicatedStore& store_;
  const RegisterTraffic traffic_;
  const Recorder& recorder_;
  Workers& workers_;
  const std::int64_t interval_ns_;
  const TimePoint began_ = std::chrono::steady_clock::now();
  const std::int64_t began_ns_;
  std::mutex mutex_;
  std::vector<Tick> ticks_;
};

}  // namespace faultline::internal
