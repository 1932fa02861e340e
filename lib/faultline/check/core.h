#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "faultline/check/decide.h"

namespace faultline::internal {

// Fills in what explains a violated part, of which `verdict` tells the method
// and, by the search, the blocked operation: the core, made minimal by
// forgetting the outcome of ever more operations while the contradiction stays,
// and for the near-linear method also the longest partial linearization. Takes
// `time` at most (the core is then as small as it got).
void ExplainViolation(const Model& model, const Part& part,
                      const std::optional<std::string>& initial,
                      std::chrono::milliseconds time,
                      std::uint64_t memory_bytes, KeyVerdict& verdict);

}  // namespace faultline::internal
