#pragma once

#include <cstdint>
#include <memory>

#include "faultline/evidence/raft_trace.h"
#include "faultline/service/replicated_store.h"
#include "faultline/workload/kv/store_traffic.h"
#include "faultline/workload/workload.h"

namespace faultline {

// What a load on a replicated store leaves behind.
struct StoreWorkloadResult : WorkloadResult {
  RaftTrace trace;  // what each member said of itself
};

// A workload of key-value clients. Probes are writes to the keys
// "probe/<node>", which are not in the history; the observer samples every
// member's status. The store outlives it.
class StoreWorkload : public Workload {
 public:
  // Throws UsageError for traffic or options that make no load.
  StoreWorkload(ReplicatedStore& store, const StoreTraffic& traffic,
                const WorkloadOptions& options, std::uint64_t seed,
                Recorder& recorder);
  // As Workload::Stop, and with what the observer saw.
  StoreWorkloadResult Stop();

 private:
  class Driver;
  StoreWorkload(std::shared_ptr<Driver> driver, const WorkloadOptions& options,
                std::uint64_t seed, Recorder& recorder);

  std::shared_ptr<Driver> driver_;
};

// When a load has been stopped and its store agrees: reads each of its keys
// through each member into the history, so that what was lost and never read
// is found. Throws Error if a member does not answer by the deadline.
void ReadEverything(ReplicatedStore& store, const StoreTraffic& traffic,
                    Duration request_timeout, Recorder& recorder,
                    Deadline deadline);

}  // namespace faultline
