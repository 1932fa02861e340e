// Directed cuts by packet filters in the receiving guests, loaded over the
// control path. IPv4 only: address resolution goes on, or a cut in one
// direction would soon be one in both.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>

#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/remote/shell_text.h"

namespace faultline::internal {
namespace {

// By receiver: the nodes that it does not hear.
using BlockedSenders = std::map<std::string, std::vector<std::string>>;
using Names = std::vector<std::string>;

int NextTable() {
  static std::atomic<int> next = 0;
  return ++next;
}

class FilterFault : public Fault {
 public:
  FilterFault(const FaultContext& context, const BlockedSenders& blocked)
      : table_(fmt::format("faultline_{}", NextTable())) {
    const std::vector<Node*> nodes = context.cluster.nodes();
    const auto find = [&](const std::string& name) {
      return *std::ranges::find(nodes, name, &Node::name);
    };
    for (const auto& [receiver, senders] : blocked) {
      std::vector<Node*>& found = blocked_[find(receiver)];
      for (const std::string& sender : senders) found.push_back(find(sender));
    }
  }

  void Inject(Deadline deadline) override {
    active_ = true;
    OnEachReceiver([&](Node& receiver, const std::vector<Node*>& senders) {
      receiver.Succeed("nft " + ShellQuote(Rules(senders)), deadline);
    });
  }

  void WaitForEffect(Deadline deadline) override {
    OnEachReceiver([&](Node& receiver, const std::vector<Node*>&) {
      const CommandResult result =
          receiver.Execute("nft list table inet " + table_, deadline);
      if (result.standard_output.find("drop") == std::string::npos)
        throw NoEffectError(
            fmt::format("{}: its packet filter is not there: {}",
                        receiver.name(), result.standard_error));
    });
  }

  void Heal(Deadline deadline) override {
    if (!active_) return;
    // Deleting is no error after it was added: the transaction ends without
    // the table, whatever was there.
    OnEachReceiver([&](Node& receiver, const std::vector<Node*>&) {
      if (receiver.Running())
        receiver.Succeed(
            fmt::format("nft 'add table inet {0}; delete table inet {0}'",
                        table_),
            deadline);
    });
    active_ = false;
  }

  void WaitForRecovery(Deadline deadline) override {
    OnEachReceiver([&](Node& receiver, const std::vector<Node*>&) {
      if (receiver.Running())
        receiver.Fail("nft list table inet " + table_, deadline);
    });
  }

 private:
  // Before anything else sees the packet.
  std::string Rules(const std::vector<Node*>& senders) const {
    std::vector<std::string> addresses;
    for (const Node* sender : senders)
      addresses.push_back(sender->data_address());
    return fmt::format(
        "add table inet {0}; "
        "add chain inet {0} in {{ type filter hook prerouting priority -300; "
        "}}; "
        "add rule inet {0} in iifname \"data\" ip saddr {{ {1} }} drop",
        table_, fmt::join(addresses, ", "));
  }

  template <typename Action>
  void OnEachReceiver(Action action) {
    std::vector<std::future<void>> ends;
    for (const auto& [receiver, senders] : blocked_)
      ends.push_back(
          std::async(std::launch::async,
                     [&action, receiver = receiver, &senders = senders] {
                       action(*receiver, senders);
                     }));
    for (std::future<void>& end : ends) end.wait();
    for (std::future<void>& end : ends) end.get();
  }

  std::map<Node*, std::vector<Node*>> blocked_;  // by receiver
  const std::string table_;
  bool active_ = false;
};

void CutBoth(BlockedSenders& blocked, const std::string& a,
             const std::string& b) {
  blocked[a].push_back(b);
  blocked[b].push_back(a);
}

BlockedSenders OneWay(const Names& targets, const Names&) {
  return {{targets[1], {targets[0]}}};
}

BlockedSenders Pair(const Names& targets, const Names&) {
  BlockedSenders blocked;
  CutBoth(blocked, targets[0], targets[1]);
  return blocked;
}

// Between `side` and all nodes but `other_than`.
BlockedSenders Sides(const Names& side, const Names& other_than,
                     const Names& nodes) {
  BlockedSenders blocked;
  for (const std::string& a : side)
    for (const std::string& b : nodes)
      if (std::ranges::count(other_than, b) == 0) CutBoth(blocked, a, b);
  return blocked;
}

BlockedSenders Split(const Names& targets, const Names& nodes) {
  return Sides(targets, targets, nodes);
}

BlockedSenders Bridge(const Names& targets, const Names& nodes) {
  return Sides({targets.begin() + 1, targets.end()}, targets, nodes);
}

// Each node hears a majority of the ring, no two the same one (Jepsen's
// majorities ring): a window of the ring, of which it is the middle.
BlockedSenders Ring(const Names& ring, const Names&) {
  const std::size_t size = ring.size();
  const std::size_t majority = size / 2 + 1;
  BlockedSenders blocked;
  for (std::size_t first = 0; first < size; ++first) {
    const std::string& middle = ring[(first + majority / 2) % size];
    for (std::size_t i = majority; i < size; ++i)
      blocked[middle].push_back(ring[(first + i) % size]);
  }
  return blocked;
}

FaultImpact ImpactOfFilters(const BlockedSenders& blocked) {
  FaultImpact impact;
  for (const auto& [receiver, senders] : blocked) {
    impact.affected.insert(receiver);
    for (const std::string& sender : senders)
      impact.cuts.emplace(sender, receiver);
  }
  return impact;
}

FaultKind Kind(const char* name, const char* description, TargetCount targets,
               BlockedSenders (*plan)(const Names& targets,
                                      const Names& nodes)) {
  return {.name = name,
          .description = description,
          .area = FaultArea::kFilter,
          .targets = targets,
          .modules = {"nf_tables"},
          .impact =
              [plan](const FaultSpec& spec, const Names& nodes) {
                return ImpactOfFilters(plan(spec.targets, nodes));
              },
          .make =
              [plan](const FaultContext& context, const FaultSpec& spec) {
                Names nodes;
                for (const Node* node : context.cluster.nodes())
                  nodes.push_back(node->name());
                return std::unique_ptr<Fault>(std::make_unique<FilterFault>(
                    context, plan(spec.targets, nodes)));
              }};
}

}  // namespace

std::vector<FaultKind> FilterFaults() {
  return {
      Kind("one-way-cut", "the second node does not hear the first",
           {.fewest = 2, .most = 2}, OneWay),
      Kind("pair-cut", "two nodes do not hear each other",
           {.fewest = 2, .most = 2}, Pair),
      Kind("filter-partition", "the targets are apart from the rest",
           {.fewest = 1, .most = TargetCount::kAllButOne}, Split),
      Kind("bridge",
           "the first node hears all; the other targets and the rest hear "
           "each other only through it, that is, not at all",
           {.fewest = 2, .most = TargetCount::kAllButOne}, Bridge),
      Kind("ring",
           "each target hears a majority of them, and no two the same one",
           {.fewest = 3, .most = TargetCount::kAll}, Ring),
  };
}

}  // namespace faultline::internal
