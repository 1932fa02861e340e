#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline {

// What a fault does to which nodes while it lasts, known before anything boots:
// what may happen beside it, and whether a majority is left, follow from this.
// A value.
struct FaultImpact {
  // Nodes on which it changes something that has to be undone on them; targets
  // or not. It can be neither injected nor healed where the machine stands.
  std::set<std::string> affected = {};
  // Nodes that may not serve.
  std::set<std::string> down = {};
  // {from, to}: `to` does not hear `from`.
  std::set<std::pair<std::string, std::string>> cuts = {};

  void Add(const FaultImpact& other);
};

// Every pair of nodes from different groups, both ways. Nodes in no group are a
// group of their own.
std::set<std::pair<std::string, std::string>> CutsBetween(
    const std::vector<std::vector<std::string>>& groups,
    const std::vector<std::string>& nodes);

// Whether more than half of `nodes` all serve and all hear each other.
bool LeavesAMajority(const FaultImpact& impact,
                     const std::vector<std::string>& nodes);

}  // namespace faultline
