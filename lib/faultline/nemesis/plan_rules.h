#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "faultline/fault/fault_kind.h"
#include "faultline/nemesis/plan.h"

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
  // Let faults leave no majority of nodes that serve and hear each other
  // (LeavesAMajority).
  bool may_lose_quorum = false;
};

// A plan within the rules; the same seed gives the same plan everywhere. What
// does not fit beside the faults drawn before is drawn anew, so a plan may have
// fewer faults than drawn at first, though never none. Throws UsageError for
// rules that allow no plan.
FaultPlan DrawPlan(const PlanRules& rules, std::uint64_t seed);

// The kinds by name; without names all that a cluster of this size can have.
// Throws UsageError naming what exists.
std::vector<const FaultKind*> ChooseKinds(const std::vector<std::string>& names,
                                          int nodes);
// Takes out of `kinds` what needs a capability that the service does not have,
// and returns what is missing.
std::vector<Gap> LeaveOutGaps(std::vector<const FaultKind*>& kinds,
                              const Capabilities& has,
                              const std::string& service);
// Whether no fault of this kind, alone and with its defaults, leaves a majority
// of a cluster of this size: never drawn unless PlanRules::may_lose_quorum.
bool AlwaysLosesQuorum(const FaultKind& kind, int nodes);

// Two valid faults that may not overlap in a cluster of these nodes: affecting
// one node in the same area, in one area that the whole cluster has once,
// affecting a node of which the machine stops (a fault inside can then not be
// healed), or beside a change of membership.
bool Conflicts(const FaultSpec& one, const FaultSpec& other,
               const std::vector<std::string>& nodes);

}  // namespace faultline
