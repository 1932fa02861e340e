#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "faultline/base/warden.h"
#include "faultline/net/cable.h"
#include "faultline/net/switch_ports.h"

namespace faultline {

class VdeSwitch;

// The data network between nodes, and the ways to break it. The control path is
// never touched. Nodes are 1-based indices. Thread-safe.
class Network {
 public:
  // The test's own leg (DataLeg), plugged in or not: goes wherever a node does.
  static constexpr int kTester = kTesterNode;

  // `nodes` ports, 1..nodes, all in one group. Make it before machines plug in.
  // `warden` starts the cables; both outlive it.
  Network(Warden& warden, VdeSwitch& vde_switch, int nodes);

  // Only nodes of one group hear each other; nodes not named form one more
  // group. The tester, if not named, is with those, or with the largest group
  // (the first of equal ones) if all nodes are named. Silent and immediate, but
  // node by node (under a millisecond each): on the way from one partition to
  // the next two nodes may be apart a moment too long, and are never joined
  // unless one of the two joins them. Throws UsageError for a node that does
  // not exist or is named twice.
  void Partition(const std::vector<std::vector<int>>& groups);
  void Isolate(int node) { Partition({{node}}); }
  // Ends partitions; cables stay. Idempotent.
  void HealAll();
  // Whether the switch itself says that these nodes are in one group.
  bool Joined(int node, int other);

  // Everything that the node sends and hears goes through a cable from now on,
  // into the group that it is in or gets into. The guest does not notice; a
  // machine that is off or starts anew is behind it, too. Throws UsageError for
  // a node that has a cable or does not exist and as Cable does, the node being
  // as it was.
  void InsertCable(int node, const CableSettings& settings);
  // The node is on the switch itself again, and the cable's process has ended;
  // what was under way in it is lost. Idempotent. Throws MachineError if the
  // process had ended before, when all that is done.
  void RemoveCable(int node);
  // Whether the switch itself says that this node has a cable, both ends of
  // which are plugged in. Throws MachineError, with wirefilter's own words, if
  // the cable broke.
  bool HasCable(int node);

 private:
  void Move(const std::vector<std::vector<int>>& groups, int first_vlan);
  int GroupPort(int node) const;
  void CheckNewCable(int node) const;

  Warden& warden_;
  VdeSwitch& switch_;
  const int nodes_;
  std::mutex mutex_;
  bool odd_turn_ = false;
  std::map<int, std::unique_ptr<Cable>> cables_;  // by node
};

// The group of each node, node 1 first: the nodes of `groups[i]` are in group
// i + 1, those not named in group 0. The tester may be named, and is left out.
// Throws UsageError as Partition does.
std::vector<int> GroupOfEachNode(int nodes,
                                 const std::vector<std::vector<int>>& groups);
// The tester's group, by the same numbers.
int GroupOfTester(int nodes, const std::vector<std::vector<int>>& groups);

}  // namespace faultline
