#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "faultline/check/budget.h"
#include "faultline/check/search_problem.h"

namespace faultline::internal {

struct SearchResult {
  bool holds = false;
  Budget::Stop stopped = Budget::Stop::kNone;  // else it is not decided
  // The linearization, or the longest partial one: farthest frontier first,
  // then most operations. Indices into the history.
  std::vector<std::size_t> order;
  std::optional<std::size_t> blocked;  // the frontier of the longest
  std::int64_t states = 0;
};

// Depth-first search over configurations (Wing & Gong, "Testing and Verifying
// Concurrent Objects", 1993; memo of configurations: Lowe, "Testing for
// Linearizability", 2017). What it leaves out, and why it may, is in
// docs/checking.md.
SearchResult Search(SearchProblem& problem, Budget& budget);

}  // namespace faultline::internal
