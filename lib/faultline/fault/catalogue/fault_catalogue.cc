#include "faultline/fault/catalogue/fault_catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "faultline/fault/catalogue/requirements.h"
#include "faultline/fault/catalogue/validation.h"
#include "faultline/fault/kinds/fault_kinds.h"

namespace faultline {
namespace {

std::vector<FaultKind> CollectKinds() {
  std::vector<FaultKind> kinds;
  for (const auto group :
       {internal::ProcessFaults, internal::MachineFaults,
        internal::SwitchFaults, internal::LinkFaults, internal::FilterFaults,
        internal::TrafficFaults, internal::CableFaults, internal::ClockFaults,
        internal::DiskFaults, internal::MembershipFaults})
    std::ranges::move(group(), std::back_inserter(kinds));
  return kinds;
}

std::string CountText(const TargetCount& count, int nodes) {
  const int most = count.Most(nodes);
  if (count.fewest == most) return fmt::format("{}", most);
  return fmt::format("{} to {}", count.fewest, most);
}

void CheckTargets(const FaultKind& kind, const FaultSpec& spec,
                  const std::vector<std::string>& nodes) {
  std::set<std::string> seen;
  for (const std::string& target : spec.targets) {
    if (std::ranges::count(nodes, target) == 0)
      throw UsageError(
          fmt::format("fault {}: there is no node \"{}\" (nodes are {})",
                      spec.kind, target, fmt::join(nodes, ", ")));
    if (!seen.insert(target).second)
      throw UsageError(
          fmt::format("fault {}: {} is named twice", spec.kind, target));
  }
  const int size = static_cast<int>(nodes.size());
  const int given = static_cast<int>(spec.targets.size());
  if (kind.targets.fewest > kind.targets.Most(size))
    throw UsageError(
        fmt::format("fault {}: {} nodes are too few for it", spec.kind, size));
  if (given < kind.targets.fewest || given > kind.targets.Most(size))
    throw UsageError(fmt::format("fault {}: it takes {} of {} nodes, not {}",
                                 spec.kind, CountText(kind.targets, size), size,
                                 given));
}

}  // namespace

const std::vector<FaultKind>& FaultCatalogue() {
  static const std::vector<FaultKind> kinds = CollectKinds();
  return kinds;
}

const FaultKind& FindFaultKind(const std::string& name) {
  const std::vector<FaultKind>& kinds = FaultCatalogue();
  const auto found = std::ranges::find(kinds, name, &FaultKind::name);
  if (found != kinds.end()) return *found;
  std::vector<std::string> names;
  for (const FaultKind& kind : kinds) names.push_back(kind.name);
  throw UsageError(fmt::format("there is no fault \"{}\"; there are {}", name,
                               fmt::join(names, ", ")));
}

void ValidateFault(const FaultSpec& spec,
                   const std::vector<std::string>& nodes) {
  const FaultKind& kind = FindFaultKind(spec.kind);
  const FaultSpec complete = CompleteFault(spec);
  CheckTargets(kind, spec, nodes);
  internal::CheckParameters(kind, complete);
  if (kind.area == FaultArea::kSwitch &&
      ImpactOf(kind, complete, nodes).cuts.empty())
    throw UsageError(
        fmt::format("fault {}: all nodes are in one group: nobody "
                    "is apart",
                    spec.kind));
}

FaultSpec CompleteFault(FaultSpec spec) {
  for (const ParameterSpec& parameter : FindFaultKind(spec.kind).parameters)
    spec.parameters.emplace(parameter.name, parameter.default_value);
  return spec;
}

FaultImpact ImpactOf(const FaultSpec& spec,
                     const std::vector<std::string>& nodes) {
  ValidateFault(spec, nodes);
  return ImpactOf(FindFaultKind(spec.kind), CompleteFault(spec), nodes);
}

std::unique_ptr<Fault> MakeFault(const FaultContext& context,
                                 const FaultSpec& spec) {
  std::vector<std::string> names;
  for (const Node* node : context.cluster.nodes())
    names.push_back(node->name());
  ValidateFault(spec, names);
  const FaultKind& kind = FindFaultKind(spec.kind);
  RequireProvided(kind, context.cluster.image());
  RequireCapabilities(kind, context.service.capabilities(),
                      context.service.name());
  return kind.make(context, CompleteFault(spec));
}

ActiveFault InjectFault(const FaultContext& context, Recorder& recorder,
                        const FaultSpec& spec, Deadline deadline) {
  return {MakeFault(context, spec), CompleteFault(spec), recorder, deadline};
}

}  // namespace faultline
