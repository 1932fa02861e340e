#include "faultline/net/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/net/vde_switch.h"

namespace faultline {
namespace {

// Partitions use the two ranges in turn. So a node that has moved is never in
// one VLAN with a node that is still in another group of the partition before.
constexpr int kEvenVlans = 1000;
constexpr int kOddVlans = 2000;
constexpr int kHealedVlan = 0;
// Of a node and the near end of its cable, nobody else.
constexpr int kCableVlans = 3000;

// Groups by node, the tester first.
std::vector<int> GroupsWithTester(int nodes,
                                  const std::vector<std::vector<int>>& groups) {
  std::vector<int> group_of(static_cast<std::size_t>(nodes) + 1, 0);
  int group = 0;
  for (const std::vector<int>& members : groups) {
    ++group;
    for (const int node : members) {
      if (node < 0 || node > nodes)
        throw UsageError(fmt::format(
            "partition: there is no node {} (nodes are 1 to {})", node, nodes));
      int& current = group_of[static_cast<std::size_t>(node)];
      if (current != 0)
        throw UsageError(
            fmt::format("partition: {} is named twice", NodeName(node)));
      current = group;
    }
  }
  return group_of;
}

int LargestGroup(const std::vector<std::vector<int>>& groups) {
  const auto largest =
      std::ranges::max_element(groups, {}, &std::vector<int>::size);
  return static_cast<int>(largest - groups.begin()) + 1;
}

}  // namespace

std::vector<int> GroupOfEachNode(int nodes,
                                 const std::vector<std::vector<int>>& groups) {
  std::vector<int> group_of = GroupsWithTester(nodes, groups);
  group_of.erase(group_of.begin());
  return group_of;
}

int GroupOfTester(int nodes, const std::vector<std::vector<int>>& groups) {
  const std::vector<int> group_of = GroupsWithTester(nodes, groups);
  const bool all_named =
      std::ranges::count(group_of.begin() + 1, group_of.end(), 0) == 0;
  return group_of.front() == 0 && all_named ? LargestGroup(groups)
                                            : group_of.front();
}

Network::Network(Warden& warden, VdeSwitch& vde_switch, int nodes)
    : warden_(warden), switch_(vde_switch), nodes_(nodes) {
  HealAll();
}

void Network::Partition(const std::vector<std::vector<int>>& groups) {
  GroupsWithTester(nodes_, groups);  // throws before anything has changed
  const std::lock_guard lock(mutex_);
  odd_turn_ = !odd_turn_;
  Move(groups, odd_turn_ ? kOddVlans : kEvenVlans);
}

void Network::HealAll() {
  const std::lock_guard lock(mutex_);
  Move({}, kHealedVlan);
}

bool Network::Joined(int node, int other) {
  const Deadline deadline = Within(kSwitchAnswers);
  const std::lock_guard lock(mutex_);
  return switch_.Vlan(GroupPort(node), deadline) ==
         switch_.Vlan(GroupPort(other), deadline);
}

// The ends get into their VLANs before they are plugged in, the node moves when
// they are: there is never a loop, and the node is never without its group.
void Network::InsertCable(int node, const CableSettings& settings) {
  const Deadline deadline = Within(kSwitchAnswers);
  const std::lock_guard lock(mutex_);
  CheckNewCable(node);
  switch_.SetVlan(Cable::NearPort(node), kCableVlans + node, deadline);
  switch_.SetVlan(Cable::FarPort(node), switch_.Vlan(OwnPort(node), deadline),
                  deadline);
  auto cable =
      std::make_unique<Cable>(warden_, switch_, node, settings, deadline);
  switch_.SetVlan(OwnPort(node), kCableVlans + node, Within(kSwitchAnswers));
  cables_[node] = std::move(cable);
}

// The process ends first: else the node could hear itself by its far end.
void Network::RemoveCable(int node) {
  const Deadline deadline = Within(kSwitchAnswers);
  const std::lock_guard lock(mutex_);
  auto cable = cables_.extract(node);
  if (cable.empty()) return;
  const std::string broken = cable.mapped()->Complaint();
  const int far_port = Cable::FarPort(node);
  cable.mapped().reset();
  switch_.SetVlan(OwnPort(node), switch_.Vlan(far_port, deadline), deadline);
  // Only then it has forgotten who was to be found there.
  Eventually(deadline, NodeName(node) + ": the switch lost its cable's ends",
             [&] {
               const Deadline answer = Within(kSwitchAnswers);
               return !switch_.HasPlug(Cable::NearPort(node), answer) &&
                      !switch_.HasPlug(far_port, answer);
             });
  if (!broken.empty()) throw MachineError(broken);
}

bool Network::HasCable(int node) {
  const Deadline deadline = Within(kSwitchAnswers);
  const std::lock_guard lock(mutex_);
  if (switch_.Vlan(OwnPort(node), deadline) != kCableVlans + node) return false;
  const auto found = cables_.find(node);
  if (found == cables_.end()) return false;
  const std::string broken = found->second->Complaint();
  if (!broken.empty()) throw MachineError(broken);
  return switch_.HasPlug(Cable::NearPort(node), deadline) &&
         switch_.HasPlug(Cable::FarPort(node), deadline);
}

void Network::CheckNewCable(int node) const {
  const int most = std::min(nodes_, Cable::kMostNodes);
  if (node < 0 || node > most)
    throw UsageError(fmt::format(
        "cable: there is no node {} that could have one (nodes are 1 to {})",
        node, most));
  if (cables_.contains(node))
    throw UsageError(NodeName(node) +
                     ": it has a cable already, one at a time");
}

// The port by which a node is in its group.
int Network::GroupPort(int node) const {
  return cables_.contains(node) ? Cable::FarPort(node) : OwnPort(node);
}

void Network::Move(const std::vector<std::vector<int>>& groups,
                   int first_vlan) {
  const Deadline deadline = Within(kSwitchAnswers);
  std::vector<int> group_of = GroupsWithTester(nodes_, groups);
  group_of.front() = GroupOfTester(nodes_, groups);
  for (int node = kTester; node <= nodes_; ++node)
    switch_.SetVlan(GroupPort(node),
                    first_vlan + group_of[static_cast<std::size_t>(node)],
                    deadline);
}

}  // namespace faultline
