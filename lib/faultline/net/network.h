#pragma once

#include <string>
#include <vector>

#include "faultline/base/deadline.h"

namespace faultline {

class VdeSwitch;

// The data network between nodes, and the ways to break it. The control path is
// never touched. Nodes are 1-based indices. Thread-safe as its switch is.
class Network {
 public:
  // `nodes` ports, 1..nodes, all in one group.
  Network(VdeSwitch& vde_switch, int nodes);

  // Only nodes of one group hear each other; nodes not named form one more
  // group. Silent and immediate.
  void Partition(const std::vector<std::vector<int>>& groups);
  void Isolate(int node) { Partition({{node}}); }
  // Idempotent.
  void HealAll();

 private:
  VdeSwitch& switch_;
  int nodes_;
};

}  // namespace faultline
