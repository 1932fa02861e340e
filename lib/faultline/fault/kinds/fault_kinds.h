#pragma once

#include <vector>

#include "faultline/fault/fault_kind.h"

namespace faultline::internal {

// The kinds of each group, in the order of the catalogue. Each is defined in
// the .cc file of its group.
std::vector<FaultKind> ProcessFaults();
std::vector<FaultKind> MachineFaults();
std::vector<FaultKind> SwitchFaults();
std::vector<FaultKind> LinkFaults();
std::vector<FaultKind> FilterFaults();
std::vector<FaultKind> TrafficFaults();
std::vector<FaultKind> CableFaults();
std::vector<FaultKind> ClockFaults();
std::vector<FaultKind> MembershipFaults();
std::vector<FaultKind> DiskFaults();

}  // namespace faultline::internal
