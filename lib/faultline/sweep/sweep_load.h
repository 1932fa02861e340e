#pragma once

#include <string>
#include <vector>

#include "faultline/workload/kv/store_workload.h"
#include "faultline/workload/kv/watchers.h"

namespace faultline {

// A load by name, and what its histories are judged as.
struct SweepLoad {
  std::string name;  // "register"
  std::string model;
  StoreTraffic traffic;
  WorkloadOptions options = {};
  // Each value written stands in the members' logs as it was written.
  bool logs_show_values = true;
  std::vector<WatchTraffic> watches = {};  // beside the traffic
};

// register (reads, writes, compare-and-sets), local-reads (the same, but each
// member answers reads from its own copy), map (deletes too, more keys), set
// (whole sets), watch (a map, and watches on it), bookmarks (the same, but the
// watches ask how far they are, which not every etcd answers rightly), previous
// (the same, but they want each value before, which not every etcd tells).
const std::vector<SweepLoad>& SweepLoads();
// Throws UsageError naming what exists.
const SweepLoad& FindSweepLoad(const std::string& name);

}  // namespace faultline
