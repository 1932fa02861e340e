#pragma once

#include <mutex>
#include <vector>

#include "faultline/base/deadline.h"

namespace faultline {

class VdeSwitch;

// The data network between nodes, and the ways to break it. The control path is
// never touched. Nodes are 1-based indices. Thread-safe.
class Network {
 public:
  // `nodes` ports, 1..nodes, all in one group. Make it before machines plug in.
  Network(VdeSwitch& vde_switch, int nodes);

  // Only nodes of one group hear each other; nodes not named form one more
  // group. Silent and immediate, but node by node (under a millisecond each):
  // on the way from one partition to the next two nodes may be apart a moment
  // too long, and are never joined unless one of the two joins them. Throws
  // UsageError for a node that does not exist or is named twice.
  void Partition(const std::vector<std::vector<int>>& groups);
  void Isolate(int node) { Partition({{node}}); }
  // Idempotent.
  void HealAll();
  // Whether the switch itself says that these nodes are in one group.
  bool Joined(int node, int other);

 private:
  void Move(const std::vector<int>& groups, int first_vlan);

  VdeSwitch& switch_;
  const int nodes_;
  std::mutex mutex_;
  bool odd_turn_ = false;
};

// The group of each node, node 1 first: the nodes of `groups[i]` are in group
// i + 1, those not named in group 0. Throws UsageError as Partition does.
std::vector<int> GroupOfEachNode(int nodes,
                                 const std::vector<std::vector<int>>& groups);

}  // namespace faultline
