#include "faultline/fault/faults.h"

namespace faultline {
namespace {

// A fault may take a guest's boot to show its effect.
constexpr std::chrono::seconds kInjectLimit{90};

}  // namespace

ActiveFault InjectFault(const FaultContext& context, const std::string& kind,
                        const std::vector<Node*>& nodes,
                        const std::map<std::string, std::string>& parameters) {
  FaultSpec spec{.kind = kind, .targets = {}, .parameters = parameters};
  for (const Node* node : nodes) spec.targets.push_back(node->name());
  return {context, spec, Within(kInjectLimit)};
}

ActiveFault KillService(const FaultContext& context, Node& node) {
  return InjectFault(context, "process-kill", {&node});
}

ActiveFault TerminateService(const FaultContext& context, Node& node) {
  return InjectFault(context, "process-terminate", {&node});
}

ActiveFault PauseService(const FaultContext& context, Node& node) {
  return InjectFault(context, "process-pause", {&node});
}

ActiveFault CutPower(const FaultContext& context,
                     const std::vector<Node*>& nodes) {
  return InjectFault(context, "power-cut", nodes);
}

ActiveFault FreezeMachine(const FaultContext& context, Node& node) {
  return InjectFault(context, "freeze", {&node});
}

ActiveFault Isolate(const FaultContext& context, Node& node) {
  return InjectFault(context, "isolate", {&node});
}

ActiveFault PartitionAway(const FaultContext& context,
                          const std::vector<Node*>& nodes) {
  return InjectFault(context, "partition", nodes);
}

}  // namespace faultline
