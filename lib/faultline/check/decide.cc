#include "faultline/check/decide.h"

#include <utility>

#include "faultline/check/search.h"
#include "faultline/check/unique_values.h"

namespace faultline::internal {

Decision DecideBySearch(const Model& model,
                        const std::vector<Judged>& operations,
                        const std::optional<std::string>& initial,
                        Budget& budget) {
  SearchProblem problem(model, operations, initial);
  SearchResult result = Search(problem, budget);
  Decision decision{.stopped = result.stopped,
                    .order = std::move(result.order),
                    .blocked = result.blocked,
                    .states = result.states};
  if (result.stopped == Budget::Stop::kNone) {
    decision.judgement =
        result.holds ? Judgement::kHolds : Judgement::kViolated;
  }
  return decision;
}

Decision Decide(const Model& model, const std::vector<Judged>& operations,
                const std::optional<std::string>& initial, Budget& budget) {
  if (!model.plain_register()) {
    return DecideBySearch(model, operations, initial, budget);
  }
  UniqueValuesResult result = DecideUniqueValues(operations, initial);
  if (!result.applicable) {
    return DecideBySearch(model, operations, initial, budget);
  }
  for (std::size_t& step : result.order) step = operations[step].index;
  return {.judgement = result.holds ? Judgement::kHolds : Judgement::kViolated,
          .method = Method::kUniqueValues,
          .order = std::move(result.order),
          .blocked = {}};
}

}  // namespace faultline::internal
