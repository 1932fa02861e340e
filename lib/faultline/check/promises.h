#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "faultline/check/availability.h"
#include "faultline/check/vm_run.h"

namespace faultline {

// What a service promises in one run, by its role and by the scenario. It is
// kept beside the evidence (promises.json), so that a stored run is judged
// again by the same promises. A value.
struct Promises {
  // A name of ModelNames(): the history is linearizable as this. Empty: not
  // promised, or nothing was read that would show it.
  std::string model = {};
  // A Raft store: terms only grow and have one leader each. Asked also if
  // nothing was observed, which then proves nothing.
  bool raft = false;
  // Each value that was written stands in the members' logs as it was written.
  bool logs_show_values = true;
  // No outage is longer. Absent: none is promised.
  std::optional<std::int64_t> outage_limit_ns = {};
  // From whose end on an outage that touches them is counted.
  std::vector<Downtime> downtimes = {};
  // Of the time that the machines wanted a processor of their host, the share
  // that they waited for it: a late recovery of a starved machine is nobody's.
  double processor_wait = 0;
  // Of virtual machines. Absent: nothing is promised of them.
  std::optional<VmPromises> vms = {};

  friend bool operator==(const Promises&, const Promises&) = default;
};

std::string ToJson(const Promises& promises);
// Throws UsageError naming the file and what is wrong in it.
Promises ReadPromises(const std::filesystem::path& file);

}  // namespace faultline
