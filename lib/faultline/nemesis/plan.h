#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "faultline/fault/fault_spec.h"

namespace faultline {

// A fault at a time: `start` after the load began, healed `duration` later.
struct PlannedFault {
  std::chrono::milliseconds start{0};
  std::chrono::milliseconds duration{0};
  FaultSpec fault;

  std::chrono::milliseconds end() const { return start + duration; }
  bool Overlaps(const PlannedFault& other) const {
    return start < other.end() && other.start < end();
  }
  bool operator==(const PlannedFault&) const = default;
};

// Everything that is done to a cluster in one run, fully expanded, sorted by
// start. A value. As text, one fault a line, `#` begins a comment:
//
//   nodes 3
//   seed 4711
//   at 1200 ms for 3000 ms: process-pause node2
//   at 2500 ms for 900 ms: delay node1 delay=100ms jitter=10ms
struct FaultPlan {
  int nodes = 3;           // of the cluster it was made for: node1, node2, ...
  std::uint64_t seed = 0;  // it was drawn from, 0 if by hand
  std::vector<PlannedFault> faults = {};

  // When the last fault is healed.
  std::chrono::milliseconds length() const;
  bool operator==(const FaultPlan&) const = default;
};

// "at 1200 ms for 3000 ms: process-pause node2".
std::string ToText(const PlannedFault& planned);
std::string ToText(const FaultPlan& plan);
// The inverse. Throws UsageError "NAME:line: reason".
FaultPlan ParsePlan(const std::string& text, const std::string& name);
FaultPlan ReadPlan(const std::filesystem::path& file);

// "node1", "node2", ...
std::vector<std::string> NodeNames(int nodes);

// Throws UsageError unless the plan can be run on a cluster of `nodes`: made
// for that size, each fault valid (ValidateFault), no two in conflict
// (Conflicts).
// Needs nothing that runs.
void ValidatePlan(const FaultPlan& plan, int nodes);

}  // namespace faultline
