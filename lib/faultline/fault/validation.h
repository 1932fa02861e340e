#pragma once

#include "faultline/fault/fault_kind.h"

namespace faultline::internal {

// Throws UsageError unless `spec` holds every parameter of its kind, no other,
// each within its bounds.
void CheckParameters(const FaultKind& kind, const FaultSpec& spec);

// "2+1" -> {2, 1}; "" -> {}. Throws UsageError.
std::vector<int> SizesParameter(const FaultSpec& spec, const std::string& name);

}  // namespace faultline::internal
