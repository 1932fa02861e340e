// Judges a linearization by the definition alone. Shares no code with what
// finds one, but the model's step.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "faultline/check/describe.h"
#include "faultline/check/linearizability.h"

namespace faultline {
namespace {

using internal::Describe;

constexpr std::size_t kMostStates = 1024;

class Validator {
 public:
  Validator(const History& history, const Model& model,
            const CheckOptions& options)
      : history_(history),
        model_(model),
        options_(options),
        placed_(history.operations.size(), false) {}

  std::vector<std::string> Validate(const LinearizabilityVerdict& verdict);

 private:
  bool MustBePlaced(const Operation& operation) const;
  void ValidateKey(const KeyVerdict& key);
  void ValidateOnce(const KeyVerdict& key);
  void ValidateTimes(const KeyVerdict& key);
  void ValidateAnswers(const KeyVerdict& key);
  void ValidateComplete(const LinearizabilityVerdict& verdict);
  std::string KeyOf(const Operation& operation) const;

  const History& history_;
  const Model& model_;
  const CheckOptions& options_;
  std::vector<bool> placed_;
  std::vector<std::string> complaints_;
};

// It took effect, or its failure is an observation.
bool Validator::MustBePlaced(const Operation& operation) const {
  if (operation.outcome == Outcome::kOk) return true;
  return operation.outcome == Outcome::kFail &&
         options_.fail == FailMeaning::kObserved && model_.Shows(operation);
}

std::string Validator::KeyOf(const Operation& operation) const {
  return operation.accesses.empty() ? operation.key : operation.accesses[0].key;
}

void Validator::ValidateOnce(const KeyVerdict& key) {
  for (const std::size_t index : key.order) {
    if (placed_.at(index)) {
      complaints_.push_back("placed twice: " +
                            Describe(history_.operations[index]));
    }
    placed_[index] = true;
    const Operation& operation = history_.operations[index];
    if (model_.by_key() && operation.key != key.key) {
      complaints_.push_back("placed under key " + key.key + ": " +
                            Describe(operation));
    }
    if (operation.outcome == Outcome::kFail && !MustBePlaced(operation)) {
      complaints_.push_back("placed although it failed: " +
                            Describe(operation));
    }
  }
}

void Validator::ValidateTimes(const KeyVerdict& key) {
  std::int64_t latest_invocation = std::numeric_limits<std::int64_t>::min();
  for (const std::size_t index : key.order) {
    const Operation& operation = history_.operations[index];
    if (operation.outcome != Outcome::kUnknown &&
        operation.completed_ns < latest_invocation) {
      complaints_.push_back("placed after one invoked later: " +
                            Describe(operation));
    }
    latest_invocation = std::max(latest_invocation, operation.invoked_ns);
  }
}

void Validator::ValidateAnswers(const KeyVerdict& key) {
  auto states = model_.States({}, options_.initial);
  std::int32_t state = states->Initial();
  for (std::size_t i = 0; i < key.order.size(); ++i) {
    const Operation& operation = history_.operations[key.order[i]];
    const std::int32_t next = states->Step(state, operation);
    if (next == internal::StateSpace::kImpossible) {
      complaints_.push_back(fmt::format("impossible in state {}: {}",
                                        states->Text(state),
                                        Describe(operation)));
      return;
    }
    state = next;
    // Long linearizations pass many states, of which only the last matters.
    if (states->count() > kMostStates) {
      state = states->KeepOnly(state);
    }
  }
}

void Validator::ValidateKey(const KeyVerdict& key) {
  ValidateOnce(key);
  ValidateTimes(key);
  ValidateAnswers(key);
}

// Every operation that must be placed is, unless its key is not held.
void Validator::ValidateComplete(const LinearizabilityVerdict& verdict) {
  std::set<std::string> not_held;
  for (const KeyVerdict& key : verdict.keys) {
    if (key.judgement == Judgement::kHolds) continue;
    // An unheld group of keys (transactions) names them all.
    for (std::size_t begin = 0; begin <= key.key.size();) {
      const std::size_t end =
          std::min(key.key.find(' ', begin), key.key.size());
      not_held.insert(key.key.substr(begin, end - begin));
      begin = end + 1;
    }
    not_held.insert(key.key);
  }
  for (std::size_t i = 0; i < history_.operations.size(); ++i) {
    const Operation& operation = history_.operations[i];
    if (!placed_[i] && MustBePlaced(operation) &&
        !not_held.contains(KeyOf(operation))) {
      complaints_.push_back("not placed: " + Describe(operation));
    }
  }
}

std::vector<std::string> Validator::Validate(
    const LinearizabilityVerdict& verdict) {
  for (const KeyVerdict& key : verdict.keys) {
    if (key.judgement == Judgement::kHolds) ValidateKey(key);
  }
  ValidateComplete(verdict);
  return std::move(complaints_);
}

}  // namespace

std::vector<std::string> ValidateLinearization(
    const History& history, const Model& model, const CheckOptions& options,
    const LinearizabilityVerdict& verdict) {
  return Validator(history, model, options).Validate(verdict);
}

}  // namespace faultline
