#include "faultline/check/core.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "faultline/check/unique_values.h"

namespace faultline::internal {
namespace {

// One check of a smaller part gets this share of the time for all.
constexpr int kChecksAtLeast = 16;

Operation Forgotten(const Operation& operation) {
  Operation forgotten = operation;
  forgotten.outcome = Outcome::kUnknown;
  forgotten.completed_ns = std::numeric_limits<std::int64_t>::max();
  const bool told = operation.kind == OperationKind::kDequeue ||
                    operation.kind == OperationKind::kAcquire;
  if (told) forgotten.value.reset();
  for (Access& access : forgotten.accesses) {
    if (!access.write) access.value.reset();
  }
  return forgotten;
}

// Positions of known operations in a part, by completion.
std::vector<std::size_t> RankKnown(const std::vector<Judged>& operations) {
  std::vector<std::size_t> ranked;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (operations[i].known) ranked.push_back(i);
  }
  std::sort(ranked.begin(), ranked.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(operations[a].operation->completed_ns, a) <
           std::pair(operations[b].operation->completed_ns, b);
  });
  return ranked;
}

class CoreFinder {
 public:
  using Clock = std::chrono::steady_clock;

  // Only `among` (positions in `operations`) count.
  CoreFinder(const Model& model, const std::vector<Judged>& operations,
             const std::vector<std::size_t>& among,
             const std::optional<std::string>& initial,
             std::chrono::milliseconds time, std::uint64_t memory_bytes);

  // Forgets known operations, as long as it stays violated.
  void Minimize();
  // Positions in `operations`.
  const std::vector<std::size_t>& core() const { return core_; }
  bool minimal() const { return minimal_; }

 private:
  bool StaysViolated(const std::vector<std::size_t>& core);
  void TryWithout(std::size_t size, std::size_t first);

  const Model& model_;
  const std::vector<Judged>& operations_;
  const std::vector<std::size_t>& among_;
  const std::optional<std::string>& initial_;
  const std::chrono::milliseconds time_;
  const Clock::time_point deadline_;
  const std::uint64_t memory_bytes_;
  std::vector<Operation> forgotten_;  // of each among_
  std::vector<std::size_t> core_;
  bool minimal_ = true;
};

CoreFinder::CoreFinder(const Model& model,
                       const std::vector<Judged>& operations,
                       const std::vector<std::size_t>& among,
                       const std::optional<std::string>& initial,
                       std::chrono::milliseconds time,
                       std::uint64_t memory_bytes)
    : model_(model),
      operations_(operations),
      among_(among),
      initial_(initial),
      time_(time),
      deadline_(Clock::now() + time),
      memory_bytes_(memory_bytes) {
  for (const std::size_t position : among_) {
    forgotten_.push_back(Forgotten(*operations_[position].operation));
    if (operations_[position].known) core_.push_back(position);
  }
  // What changes the state says more than what only shows it: the latter is
  // forgotten first.
  const auto weight = [this](std::size_t position) {
    const Operation& operation = *operations_[position].operation;
    return std::tuple(OnlyObserves(operation), operation.completed_ns,
                      position);
  };
  std::sort(core_.begin(), core_.end(), [&](std::size_t a, std::size_t b) {
    return weight(a) < weight(b);
  });
}

bool CoreFinder::StaysViolated(const std::vector<std::size_t>& core) {
  if (Clock::now() >= deadline_) return minimal_ = false;
  std::vector<bool> kept(operations_.size(), false);
  for (const std::size_t position : core) kept[position] = true;
  std::vector<Judged> rest;
  for (std::size_t i = 0; i < among_.size(); ++i) {
    const Judged& judged = operations_[among_[i]];
    if (kept[among_[i]]) {
      rest.push_back(judged);
    } else if (!OnlyObserves(*judged.operation)) {
      rest.push_back({&forgotten_[i], judged.index, false});
    }
  }
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline_ - Clock::now());
  Budget budget(std::min(left, time_ / kChecksAtLeast), memory_bytes_);
  const Decision decision = Decide(model_, rest, initial_, budget);
  minimal_ = minimal_ && decision.judgement != Judgement::kUnknown;
  return decision.judgement == Judgement::kViolated;
}

// One pass over the core from `first` on, `size` operations at a time.
void CoreFinder::TryWithout(std::size_t size, std::size_t first) {
  for (std::size_t end = core_.size(); end > first;) {
    const std::size_t begin = end > first + size ? end - size : first;
    std::vector<std::size_t> smaller = core_;
    smaller.erase(smaller.begin() + static_cast<std::ptrdiff_t>(begin),
                  smaller.begin() + static_cast<std::ptrdiff_t>(end));
    if (StaysViolated(smaller)) core_ = std::move(smaller);
    end = begin;
  }
}

// Forgetting only ever allows more, so one pass of single steps is enough: what
// could not be forgotten from a larger core cannot be from a smaller one.
void CoreFinder::Minimize() {
  const auto changers = static_cast<std::size_t>(
      std::count_if(core_.begin(), core_.end(), [this](std::size_t position) {
        return !OnlyObserves(*operations_[position].operation);
      }));
  for (const std::size_t first : {changers, std::size_t{0}}) {
    for (std::size_t size = core_.size() / 2; size > 1; size /= 2) {
      TryWithout(size, first);
    }
    minimal_ = true;
    TryWithout(1, first);
  }
}

// The first prefix (by completion) of the known operations that is violated,
// by bisection: a prefix allows all that a longer one does. Leaves `blocked`
// out if the time does not suffice.
void FindLongestByUniqueValues(const Part& part,
                               const std::optional<std::string>& initial,
                               std::int64_t violated_at,
                               std::chrono::steady_clock::time_point deadline,
                               KeyVerdict& verdict) {
  const std::vector<std::size_t> ranked = RankKnown(part.operations);
  const auto decide_first = [&](std::size_t count) {
    std::vector<Judged> operations = part.operations;
    for (std::size_t i = count; i < ranked.size(); ++i) {
      operations[ranked[i]].known = false;
    }
    return DecideUniqueValues(operations, initial);
  };
  std::size_t holds = 0;
  auto violated = static_cast<std::size_t>(
      std::partition_point(
          ranked.begin(), ranked.end(),
          [&](std::size_t position) {
            return part.operations[position].operation->completed_ns <=
                   violated_at;
          }) -
      ranked.begin());
  while (violated - holds > 1) {
    if (std::chrono::steady_clock::now() > deadline) return;
    const std::size_t middle = (holds + violated) / 2;
    (decide_first(middle).holds ? holds : violated) = middle;
  }
  verdict.blocked = part.operations[ranked[holds]].index;
  verdict.order = decide_first(holds).order;
  for (std::size_t& step : verdict.order) step = part.operations[step].index;
}

// What the search could not place by then, and all that completed before.
std::vector<std::size_t> UpToBlocked(const Part& part, std::size_t blocked) {
  const auto at = std::find_if(
      part.operations.begin(), part.operations.end(),
      [=](const Judged& judged) { return judged.index == blocked; });
  const std::int64_t until = at->operation->completed_ns;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < part.operations.size(); ++i) {
    if (part.operations[i].operation->invoked_ns <= until) {
      positions.push_back(i);
    }
  }
  return positions;
}

}  // namespace

void ExplainViolation(const Model& model, const Part& part,
                      const std::optional<std::string>& initial,
                      std::chrono::milliseconds time,
                      std::uint64_t memory_bytes, KeyVerdict& verdict) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  const bool unique = verdict.method == Method::kUniqueValues;
  const std::vector<std::size_t> among =
      unique ? DecideUniqueValues(part.operations, initial).culprits
             : UpToBlocked(part, *verdict.blocked);
  CoreFinder finder(model, part.operations, among, initial, time, memory_bytes);
  finder.Minimize();
  std::int64_t violated_at = 0;
  for (const std::size_t position : finder.core()) {
    const Judged& judged = part.operations[position];
    verdict.core.push_back(judged.index);
    violated_at = std::max(violated_at, judged.operation->completed_ns);
  }
  std::sort(verdict.core.begin(), verdict.core.end());
  verdict.core_is_minimal = finder.minimal();
  if (unique) {
    FindLongestByUniqueValues(part, initial, violated_at, deadline, verdict);
  }
}

}  // namespace faultline::internal
