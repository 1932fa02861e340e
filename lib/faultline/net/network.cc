#include "faultline/net/network.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/net/vde_switch.h"

namespace faultline {
namespace {

using std::chrono::seconds;

// Partitions use the two ranges in turn. So a node that has moved is never in
// one VLAN with a node that is still in another group of the partition before.
constexpr int kEvenVlans = 1000;
constexpr int kOddVlans = 2000;
constexpr int kHealedVlan = 0;

constexpr seconds kSwitchAnswers{10};

}  // namespace

std::vector<int> GroupOfEachNode(int nodes,
                                 const std::vector<std::vector<int>>& groups) {
  std::vector<int> group_of(static_cast<std::size_t>(nodes), 0);
  int group = 0;
  for (const std::vector<int>& members : groups) {
    ++group;
    for (const int node : members) {
      if (node < 1 || node > nodes)
        throw UsageError(fmt::format(
            "partition: there is no node {} (nodes are 1 to {})", node, nodes));
      int& current = group_of[static_cast<std::size_t>(node - 1)];
      if (current != 0)
        throw UsageError(
            fmt::format("partition: node {} is named twice", node));
      current = group;
    }
  }
  return group_of;
}

Network::Network(VdeSwitch& vde_switch, int nodes)
    : switch_(vde_switch), nodes_(nodes) {
  HealAll();
}

void Network::Partition(const std::vector<std::vector<int>>& groups) {
  const std::vector<int> group_of = GroupOfEachNode(nodes_, groups);
  const std::lock_guard lock(mutex_);
  odd_turn_ = !odd_turn_;
  Move(group_of, odd_turn_ ? kOddVlans : kEvenVlans);
}

void Network::HealAll() {
  const std::lock_guard lock(mutex_);
  Move(GroupOfEachNode(nodes_, {}), kHealedVlan);
}

bool Network::Joined(int node, int other) {
  const Deadline deadline = Within(kSwitchAnswers);
  const std::lock_guard lock(mutex_);
  return switch_.Vlan(node, deadline) == switch_.Vlan(other, deadline);
}

void Network::Move(const std::vector<int>& groups, int first_vlan) {
  const Deadline deadline = Within(kSwitchAnswers);
  for (int node = 1; node <= nodes_; ++node)
    switch_.SetVlan(node,
                    first_vlan + groups[static_cast<std::size_t>(node - 1)],
                    deadline);
}

}  // namespace faultline
