#pragma once

#include <optional>
#include <string>
#include <vector>

#include "faultline/check/judged.h"

namespace faultline::internal {

// What the near-linear method found.
struct UniqueValuesResult {
  // False: it cannot decide these (a compare or an append, or a value that was
  // read and that more than one operation may have written).
  bool applicable = false;
  bool holds = false;
  // Indices into the operations given. Holds: a linearization.
  std::vector<std::size_t> order;
  // Violated: a few operations, the cause among them. The contradiction stays
  // if the outcome of all others is forgotten.
  std::vector<std::size_t> culprits;
};

// Decides a register all of whose read values were written once, in O(n log n):
// Gibbons & Korach, "Testing Shared Memories", SIAM J. Comput. 26(4), 1997,
// section 4 (zones of clusters), re-derived in docs/checking.md for operations
// of unknown outcome, equal time stamps, an initial value and deletes.
UniqueValuesResult DecideUniqueValues(
    const std::vector<Judged>& operations,
    const std::optional<std::string>& initial);

}  // namespace faultline::internal
