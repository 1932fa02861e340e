// Partitions by the switch: silent for the guests, both directions at once.
#include <fmt/format.h>

#include "faultline/fault/groups.h"
#include "faultline/fault/node_fault.h"
#include "faultline/fault/validation.h"

namespace faultline::internal {
namespace {

using Groups = std::vector<std::vector<int>>;

// The targets in their order, cut into groups of these sizes.
Groups CutIntoGroups(const std::vector<Node*>& targets,
                     std::vector<int> sizes) {
  if (sizes.empty()) sizes = {static_cast<int>(targets.size())};
  Groups groups;
  auto next = targets.begin();
  for (const int size : sizes) {
    groups.emplace_back();
    for (int i = 0; i < size; ++i) groups.back().push_back((*next++)->index());
  }
  return groups;
}

class SwitchPartition : public Fault {
 public:
  SwitchPartition(const FaultContext& context, Groups groups)
      : context_(context), groups_(std::move(groups)) {}

  void Inject(Deadline) override {
    active_ = true;
    Net().Partition(groups_);
  }
  void WaitForEffect(Deadline) override { CheckThat(true); }
  void Heal(Deadline) override {
    if (active_) Net().HealAll();
    active_ = false;
  }
  void WaitForRecovery(Deadline) override { CheckThat(false); }

 private:
  Network& Net() { return context_.cluster.network(); }

  void CheckThat(bool cut) {
    const int nodes = context_.cluster.size();
    const std::vector<int> group_of = GroupOfEachNode(nodes, groups_);
    const auto group = [&](int node) {
      return group_of[static_cast<std::size_t>(node - 1)];
    };
    for (int a = 1; a <= nodes; ++a)
      for (int b = a + 1; b <= nodes; ++b)
        CheckPair(a, b, !cut || group(a) == group(b));
  }

  void CheckPair(int a, int b, bool joined) {
    if (Net().Joined(a, b) != joined)
      throw NoEffectError(
          fmt::format("partition: the switch {} node{} and node{}",
                      joined ? "does not join" : "joins", a, b));
  }

  const FaultContext context_;
  const Groups groups_;
  bool active_ = false;
};

std::unique_ptr<Fault> MakePartition(const FaultContext& context,
                                     const FaultSpec& spec) {
  return std::make_unique<SwitchPartition>(
      context,
      CutIntoGroups(TargetsOf(context, spec), SizesParameter(spec, "sizes")));
}

std::unique_ptr<Fault> MakeOneGroup(const FaultContext& context,
                                    const FaultSpec& spec) {
  return std::make_unique<SwitchPartition>(
      context, CutIntoGroups(TargetsOf(context, spec), {}));
}

}  // namespace

std::vector<FaultKind> SwitchFaults() {
  return {
      {.name = "partition",
       .description = "the targets, in groups, are apart from each other and "
                      "from the rest",
       .area = FaultArea::kSwitch,
       .targets = {.fewest = 1, .most = TargetCount::kAll},
       .parameters = {{.name = "sizes",
                       .description = "how many targets each group takes, in "
                                      "their order; empty: one group",
                       .type = ParameterSpec::Type::kSizes,
                       .default_value = ""}},
       .make = MakePartition},
      {.name = "isolate",
       .description = "one node hears nobody and nobody hears it",
       .area = FaultArea::kSwitch,
       .make = MakeOneGroup},
      {.name = "majority-minority",
       .description = "fewer than half of the nodes apart from the rest",
       .area = FaultArea::kSwitch,
       .targets = {.fewest = 1, .most = TargetCount::kMinority},
       .make = MakeOneGroup},
  };
}

}  // namespace faultline::internal
