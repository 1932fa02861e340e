#pragma once

#include "faultline/fault/fault_kind.h"

namespace faultline::internal {

// Throws UsageError unless `spec` holds every parameter of its kind, no other,
// each within its bounds.
void CheckParameters(const FaultKind& kind, const FaultSpec& spec);

}  // namespace faultline::internal
