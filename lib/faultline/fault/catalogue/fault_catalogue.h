#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faultline/fault/active_fault.h"
#include "faultline/fault/fault_kind.h"

namespace faultline {

// Every kind, group by group.
const std::vector<FaultKind>& FaultCatalogue();

// Throws UsageError naming what exists.
const FaultKind& FindFaultKind(const std::string& name);

// Throws UsageError unless the fault can be made in a cluster of these nodes:
// known kind and parameters, values within bounds, nodes that exist, each named
// once, as many as the kind takes, and for a partition somebody who is apart.
// Needs nothing that runs.
void ValidateFault(const FaultSpec& spec,
                   const std::vector<std::string>& nodes);

// With the defaults of all parameters that are not given: what is printed, so
// that a later default changes no earlier plan. Throws as FindFaultKind does.
FaultSpec CompleteFault(FaultSpec spec);

// What it does to a cluster of these nodes, with its defaults. Throws as
// ValidateFault does.
FaultImpact ImpactOf(const FaultSpec& spec,
                     const std::vector<std::string>& nodes);

// Completes and validates, and throws UsageError if the guest or the host lacks
// what the fault needs, GapError if the service does (requirements.h); then
// makes it. Nothing happens yet.
std::unique_ptr<Fault> MakeFault(const FaultContext& context,
                                 const FaultSpec& spec);

// Makes it, injects it and waits for its effect. Throws as MakeFault and
// ActiveFault do.
ActiveFault InjectFault(const FaultContext& context, Recorder& recorder,
                        const FaultSpec& spec,
                        Deadline deadline = Within(kInjectLimit));

}  // namespace faultline
