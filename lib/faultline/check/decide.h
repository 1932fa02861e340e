#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "faultline/check/budget.h"
#include "faultline/check/judged.h"

namespace faultline::internal {

struct Decision {
  Judgement judgement = Judgement::kUnknown;
  Method method = Method::kSearch;
  Budget::Stop stopped = Budget::Stop::kNone;  // why unknown
  // As in KeyVerdict; the search gives them for kViolated too.
  std::vector<std::size_t> order;
  std::optional<std::size_t> blocked;
  std::int64_t states = 0;
};

// By the near-linear method where it applies, else by the search.
Decision Decide(const Model& model, const std::vector<Judged>& operations,
                const std::optional<std::string>& initial, Budget& budget);

// As Decide, always by the search.
Decision DecideBySearch(const Model& model,
                        const std::vector<Judged>& operations,
                        const std::optional<std::string>& initial,
                        Budget& budget);

}  // namespace faultline::internal
