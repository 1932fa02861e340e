// Partitions by the switch: silent for the guests, both directions at once.
#include <fmt/format.h>

#include <algorithm>

#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/node_fault.h"

namespace faultline::internal {
namespace {

using Groups = std::vector<std::vector<std::string>>;

// The targets in their order, cut into groups of the sizes that the kind has,
// if it has any.
Groups GroupsOf(const FaultSpec& spec) {
  std::vector<int> sizes;
  if (spec.parameters.contains("sizes")) sizes = SizesParameter(spec, "sizes");
  if (sizes.empty()) return {spec.targets};
  Groups groups;
  auto next = spec.targets.begin();
  for (const int size : sizes) {
    groups.emplace_back(next, next + size);
    next += size;
  }
  return groups;
}

std::vector<std::vector<int>> ToIndexes(const FaultContext& context,
                                        const Groups& groups) {
  std::vector<std::vector<int>> indexes;
  for (const std::vector<std::string>& group : groups) {
    indexes.emplace_back();
    for (const Node* node : context.cluster.nodes()) {
      if (std::ranges::count(group, node->name()) != 0)
        indexes.back().push_back(node->index());
    }
  }
  return indexes;
}

class SwitchPartition : public Fault {
 public:
  SwitchPartition(const FaultContext& context, const FaultSpec& spec)
      : context_(context), groups_(ToIndexes(context, GroupsOf(spec))) {}

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
  const std::vector<std::vector<int>> groups_;
  bool active_ = false;
};

FaultImpact ImpactOfPartition(const FaultSpec& spec,
                              const std::vector<std::string>& nodes) {
  return {.affected = {spec.targets.begin(), spec.targets.end()},
          .cuts = CutsBetween(GroupsOf(spec), nodes)};
}

FaultKind Kind(const char* name, const char* description, TargetCount targets,
               std::vector<ParameterSpec> parameters = {}) {
  return {.name = name,
          .description = description,
          .area = FaultArea::kSwitch,
          .targets = targets,
          .parameters = std::move(parameters),
          .impact = ImpactOfPartition,
          .make = [](const FaultContext& context, const FaultSpec& spec) {
            return std::unique_ptr<Fault>(
                std::make_unique<SwitchPartition>(context, spec));
          }};
}

}  // namespace

std::vector<FaultKind> SwitchFaults() {
  return {
      Kind("partition",
           "the targets, in groups, are apart from each other and from the "
           "rest",
           {.fewest = 1, .most = TargetCount::kAll},
           {{.name = "sizes",
             .description = "how many targets each group takes, in their "
                            "order; empty: one group",
             .type = ParameterSpec::Type::kSizes,
             .default_value = ""}}),
      Kind("isolate", "one node hears nobody and nobody hears it", {}),
      Kind("majority-minority",
           "fewer than half of the nodes apart from the "
           "rest",
           {.fewest = 1, .most = TargetCount::kMinority}),
  };
}

}  // namespace faultline::internal
