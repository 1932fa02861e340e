#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "faultline/fault/fault_kind.h"
#include "faultline/fault/plan.h"

namespace faultline {

// What a plan may be drawn from.
struct PlanRules {
  std::vector<const FaultKind*> kinds;  // see ChooseKinds
  int nodes = 3;
  std::vector<std::string> targets = {};  // may be hit; empty: every node
  int fewest = 1;                         // faults in a plan
  int most = 4;
  std::chrono::milliseconds earliest{1000};  // start of a fault
  std::chrono::milliseconds latest{9000};
  std::chrono::milliseconds shortest{500};
  std::chrono::milliseconds longest{5000};
  int at_once = 2;
  // Let faults stop half of the nodes or more at once (FaultKind::stops_node),
  // or cut the cluster into groups without a majority.
  bool may_lose_quorum = false;
};

// A plan within the rules; the same seed gives the same plan everywhere. What
// does not fit beside the faults drawn before is drawn anew, so a plan may have
// fewer faults than drawn at first, though never none. Throws UsageError for
// rules that allow no plan.
FaultPlan DrawPlan(const PlanRules& rules, std::uint64_t seed);

// The kinds by name; without names all that a cluster of this size can have and
// that need no kernel module beyond the image's contract. Throws UsageError
// naming what exists.
std::vector<const FaultKind*> ChooseKinds(const std::vector<std::string>& names,
                                          int nodes);

// Two faults that may not overlap: on one node in the same area, in one area
// that the whole cluster has once, on a node of which the machine stops (a
// fault inside can then not be healed), or beside a change of membership.
bool InEachOthersWay(const PlannedFault& one, const PlannedFault& other);
bool InEachOthersWay(const PlannedFault& one, const FaultKind& one_kind,
                     const PlannedFault& other, const FaultKind& other_kind);

}  // namespace faultline
