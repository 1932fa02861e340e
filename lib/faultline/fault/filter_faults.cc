// Directed cuts by packet filters in the receiving guests, loaded over the
// control path. IPv4 only: address resolution goes on, or a cut in one
// direction would soon be one in both.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>

#include "faultline/fault/groups.h"
#include "faultline/fault/node_fault.h"
#include "faultline/remote/shell_text.h"

namespace faultline::internal {
namespace {

// Whom each receiver does not hear.
using Deafness = std::map<Node*, std::vector<Node*>>;

int NextTable() {
  static std::atomic<int> next = 0;
  return ++next;
}

class FilterFault : public Fault {
 public:
  explicit FilterFault(Deafness deafness)
      : deafness_(std::move(deafness)),
        table_(fmt::format("faultline_{}", NextTable())) {}

  void Inject(Deadline deadline) override {
    active_ = true;
    OnAll([&](Node& receiver, const std::vector<Node*>& senders) {
      receiver.Succeed("nft " + ShellQuote(Rules(senders)), deadline);
    });
  }

  void WaitForEffect(Deadline deadline) override {
    OnAll([&](Node& receiver, const std::vector<Node*>&) {
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
    OnAll([&](Node& receiver, const std::vector<Node*>&) {
      if (receiver.Running())
        receiver.Succeed(
            fmt::format("nft 'add table inet {0}; delete table inet {0}'",
                        table_),
            deadline);
    });
    active_ = false;
  }

  void WaitForRecovery(Deadline deadline) override {
    OnAll([&](Node& receiver, const std::vector<Node*>&) {
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
  void OnAll(Action action) {
    std::vector<std::future<void>> ends;
    for (const auto& [receiver, senders] : deafness_)
      ends.push_back(
          std::async(std::launch::async,
                     [&action, receiver = receiver, &senders = senders] {
                       action(*receiver, senders);
                     }));
    for (std::future<void>& end : ends) end.wait();
    for (std::future<void>& end : ends) end.get();
  }

  const Deafness deafness_;
  const std::string table_;
  bool active_ = false;
};

void CutBoth(Deafness& deafness, Node* a, Node* b) {
  deafness[a].push_back(b);
  deafness[b].push_back(a);
}

std::vector<Node*> AllBut(const FaultContext& context,
                          const std::vector<Node*>& nodes) {
  std::vector<Node*> others = context.cluster.nodes();
  std::erase_if(
      others, [&](Node* node) { return std::ranges::count(nodes, node) != 0; });
  return others;
}

Deafness OneWay(const FaultContext&, const std::vector<Node*>& targets) {
  return {{targets[1], {targets[0]}}};
}

Deafness Pair(const FaultContext&, const std::vector<Node*>& targets) {
  Deafness deafness;
  CutBoth(deafness, targets[0], targets[1]);
  return deafness;
}

Deafness Sides(const std::vector<Node*>& side,
               const std::vector<Node*>& others) {
  Deafness deafness;
  for (Node* a : side)
    for (Node* b : others) CutBoth(deafness, a, b);
  return deafness;
}

Deafness Split(const FaultContext& context, const std::vector<Node*>& targets) {
  return Sides(targets, AllBut(context, targets));
}

Deafness Bridge(const FaultContext& context,
                const std::vector<Node*>& targets) {
  return Sides({targets.begin() + 1, targets.end()}, AllBut(context, targets));
}

// Each node hears a majority of the ring, no two the same one (Jepsen's
// majorities ring): a window of the ring, of which it is the middle.
Deafness Ring(const FaultContext&, const std::vector<Node*>& ring) {
  const std::size_t size = ring.size();
  const std::size_t majority = size / 2 + 1;
  Deafness deafness;
  for (std::size_t first = 0; first < size; ++first) {
    Node* const middle = ring[(first + majority / 2) % size];
    for (std::size_t i = majority; i < size; ++i)
      deafness[middle].push_back(ring[(first + i) % size]);
  }
  return deafness;
}

auto MakeFilter(Deafness (*plan)(const FaultContext&,
                                 const std::vector<Node*>&)) {
  return [plan](const FaultContext& context, const FaultSpec& spec) {
    return std::unique_ptr<Fault>(
        std::make_unique<FilterFault>(plan(context, TargetsOf(context, spec))));
  };
}

FaultKind Kind(const char* name, const char* description, TargetCount targets,
               Deafness (*plan)(const FaultContext&,
                                const std::vector<Node*>&)) {
  return {.name = name,
          .description = description,
          .area = FaultArea::kFilter,
          .targets = targets,
          .needs = {"nf_tables"},
          .make = MakeFilter(plan)};
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
