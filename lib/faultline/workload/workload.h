#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "faultline/evidence/outage.h"
#include "faultline/history/recorder.h"
#include "faultline/workload/load_driver.h"
#include "faultline/workload/workload_options.h"

namespace faultline {

// What every workload leaves behind.
struct WorkloadResult {
  History history;
  std::vector<Probe> probes;
};

// Load on a service beside the faults of a test: client threads that record, a
// prober (at a fixed rate one probe of each node at once; it is answered if any
// node answers) that measures outages, and an observer that looks at every
// node. What they do is the driver's. Local to the test; Start once, Stop once
// (the destructor stops too). Waits and Stop are for the owning thread. What a
// thread threw is rethrown by Stop and by the waits. The seed repeats the
// clients' choices, not their timing.
class Workload {
 public:
  // Throws UsageError for options that make no load.
  Workload(std::shared_ptr<LoadDriver> driver, const WorkloadOptions& options,
           std::uint64_t seed, Recorder& recorder);
  ~Workload();

  // Throws UsageError without nodes.
  void Start();
  // Until `count` more operations than at the call have been acknowledged.
  // TimeoutError says how many were, and the last error of any client.
  void WaitForAcknowledged(std::int64_t count, Deadline deadline);
  // Ends all threads, waits for requests in flight (bounded by the request
  // timeout).
  WorkloadResult Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline
