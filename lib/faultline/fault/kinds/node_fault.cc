#include "faultline/fault/kinds/node_fault.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/eventually.h"

namespace faultline::internal {
namespace {

class FaultOnEach : public Fault {
 public:
  explicit FaultOnEach(std::vector<std::unique_ptr<Fault>> faults)
      : faults_(std::move(faults)) {}

  void Inject(Deadline deadline) override {
    OnAll(faults_, [&](Fault& fault) { fault.Inject(deadline); });
  }
  void WaitForEffect(Deadline deadline) override {
    OnAll(faults_, [&](Fault& fault) { fault.WaitForEffect(deadline); });
  }
  void Heal(Deadline deadline) override {
    OnAll(faults_, [&](Fault& fault) { fault.Heal(deadline); });
  }
  void WaitForRecovery(Deadline deadline) override {
    OnAll(faults_, [&](Fault& fault) { fault.WaitForRecovery(deadline); });
  }

 private:
  const std::vector<std::unique_ptr<Fault>> faults_;
};

}  // namespace

void NodeFault::StartService(Deadline deadline) {
  if (RunsService()) service().Start(node(), deadline);
}

void NodeFault::WaitUntilItAnswers(Deadline deadline) {
  if (!RunsService()) {
    node().Succeed("true", deadline);
    return;
  }
  Eventually(deadline, node().name() + ": its service answers again", [&] {
    service().RequireAnswer(node(), deadline);
    return true;
  });
}

std::vector<Node*> TargetsOf(const FaultContext& context,
                             const FaultSpec& spec) {
  const std::vector<Node*> nodes = context.cluster.nodes();
  std::vector<Node*> targets;
  for (const std::string& name : spec.targets) {
    const auto found = std::ranges::find(nodes, name, &Node::name);
    if (found == nodes.end())
      throw UsageError(
          fmt::format("fault {}: there is no node \"{}\"", spec.kind, name));
    targets.push_back(*found);
  }
  return targets;
}

std::function<std::unique_ptr<Fault>(const FaultContext&, const FaultSpec&)>
OnEachTarget(MakeNodeFault make) {
  return [make = std::move(make)](const FaultContext& context,
                                  const FaultSpec& spec) {
    std::vector<std::unique_ptr<Fault>> faults;
    for (Node* node : TargetsOf(context, spec))
      faults.push_back(make(context, *node, spec));
    if (faults.size() == 1) return std::move(faults.front());
    return std::unique_ptr<Fault>(
        std::make_unique<FaultOnEach>(std::move(faults)));
  };
}

std::string Trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

}  // namespace faultline::internal
