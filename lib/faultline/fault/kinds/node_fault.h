#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "faultline/fault/fault.h"
#include "faultline/fault/fault_spec.h"

namespace faultline::internal {

// A fault that hits one node.
class NodeFault : public Fault {
 public:
  NodeFault(const FaultContext& context, Node& node)
      : context_(context), node_(node) {}

 protected:
  Cluster& cluster() const { return context_.cluster; }
  ManagedService& service() const { return context_.service; }
  Node& node() const { return node_; }
  bool RunsService() const { return service().RunsOn(node()); }
  // Starts the service if the node is to run it.
  void StartService(Deadline deadline);
  // Returns once the service answers, or the guest if it runs none.
  void WaitUntilItAnswers(Deadline deadline);

 private:
  const FaultContext context_;
  Node& node_;
};

using MakeNodeFault = std::function<std::unique_ptr<Fault>(
    const FaultContext&, Node&, const FaultSpec&)>;

// For FaultKind::make: one fault on each target, all at once.
std::function<std::unique_ptr<Fault>(const FaultContext&, const FaultSpec&)>
OnEachTarget(MakeNodeFault make);

// The same for a class with the constructor of NodeFault.
template <typename OneNodeFault>
auto OnEachTarget() {
  return OnEachTarget([](const FaultContext& context, Node& node,
                         const FaultSpec&) -> std::unique_ptr<Fault> {
    return std::make_unique<OneNodeFault>(context, node);
  });
}

// Or with one that takes the spec, too.
template <typename OneNodeFault>
auto OnEachTargetBySpec() {
  return OnEachTarget([](const FaultContext& context, Node& node,
                         const FaultSpec& spec) -> std::unique_ptr<Fault> {
    return std::make_unique<OneNodeFault>(context, node, spec);
  });
}

// The targets in the spec's order. Throws UsageError for one that is not there.
std::vector<Node*> TargetsOf(const FaultContext& context,
                             const FaultSpec& spec);

// Runs `action` on each fault or node at once. The first exception comes out
// when all have ended.
template <typename Each, typename Action>
void OnAll(const std::vector<Each>& all, Action action) {
  std::vector<std::future<void>> ends;
  ends.reserve(all.size());
  for (const Each& each : all)
    ends.push_back(
        std::async(std::launch::async, [&action, &each] { action(*each); }));
  for (std::future<void>& end : ends) end.wait();
  for (std::future<void>& end : ends) end.get();
}

// Output without spaces and newlines at its end.
std::string Trimmed(std::string text);

}  // namespace faultline::internal
