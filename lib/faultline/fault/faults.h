#pragma once

#include <string>
#include <vector>

#include "faultline/fault/active_fault.h"

namespace faultline {

// The faults that hand-written tests use most, by name. Each has been injected
// and seen to bite when it returns; it is healed at the end of the scope. They
// throw as ActiveFault does.
//
//   const ActiveFault paused = PauseService(faults, leader);

ActiveFault KillService(const FaultContext& context, Node& node);
ActiveFault TerminateService(const FaultContext& context, Node& node);
ActiveFault PauseService(const FaultContext& context, Node& node);
ActiveFault CutPower(const FaultContext& context,
                     const std::vector<Node*>& nodes);
ActiveFault FreezeMachine(const FaultContext& context, Node& node);
ActiveFault Isolate(const FaultContext& context, Node& node);
// The nodes apart from the rest.
ActiveFault PartitionAway(const FaultContext& context,
                          const std::vector<Node*>& nodes);

// Any kind on any nodes.
ActiveFault InjectFault(
    const FaultContext& context, const std::string& kind,
    const std::vector<Node*>& nodes,
    const std::map<std::string, std::string>& parameters = {});

}  // namespace faultline
