#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/fault/fault_kind.h"

namespace faultline::internal {

// The parameter "unit": which of the service's units a fault hits.
ParameterSpec UnitParameter();
// The units of the service on `node` that the fault hits. Throws UsageError
// naming what exists.
std::vector<std::string> UnitsHit(const FaultContext& context, const Node& node,
                                  const FaultSpec& spec);

using MainPids = std::map<std::string, std::string>;  // by unit

// Throws NoEffectError if one of the units does not run, else as
// Node::Succeed.
MainPids RequireMainPids(Node& node, const std::vector<std::string>& units,
                         Deadline deadline);
// Whether each unit has another main process than `before`.
bool AllAreNew(Node& node, const MainPids& before, Deadline deadline);

}  // namespace faultline::internal
