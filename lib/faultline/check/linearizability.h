#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "faultline/check/model.h"
#include "faultline/evidence/verdict.h"
#include "faultline/history/history.h"

namespace faultline {

struct CheckOptions {
  // Budgets of one verdict, all its threads together. Memory is what the
  // checker itself keeps, beside the history.
  std::chrono::milliseconds time{60'000};
  // What the explanation of a violation may take beyond that.
  std::chrono::milliseconds explain_time{5'000};
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
  int threads = 0;  // 0: one a processor
  FailMeaning fail = FailMeaning::kAbsent;
  std::optional<std::string> initial;  // of every key; absent: no such key
  // False: stop at the first violation; keys not decided by then are kUnknown.
  bool decide_every_key = false;
  // Reduce a violation to its smallest part (KeyVerdict::core). False: it can
  // be done later, by ExplainViolations.
  bool explain = true;
};

// How a key was decided.
enum class Method : std::uint8_t { kUniqueValues, kSearch };

const char* ToText(Method method);

// The judgement of what is linearized together: one key, or all keys that
// transactions tie together. Operations are indices into History::operations.
struct KeyVerdict {
  std::string key;  // of transactions: all of them, joined by spaces
  Judgement judgement = Judgement::kUnknown;
  std::string reason;  // of kUnknown
  Method method = Method::kSearch;
  // kHolds: a linearization, unknown operations included where they took effect
  // and left out where they need not have. kViolated: the longest partial one:
  // all that completed before `blocked` did, and as many more as possible.
  std::vector<std::size_t> order;
  // kViolated: the operation that no order can place after all that completed
  // before it. Absent (and no order with it) if the explanation's time ended or
  // was not wanted, by the near-linear method.
  std::optional<std::size_t> blocked;
  // kViolated: operations that contradict each other, in order of invocation.
  // Even if the outcome of every operation outside is forgotten (it may have
  // taken effect at any time after its invocation, or never), no order exists.
  std::vector<std::size_t> core;
  // Forgetting the outcome of any one more makes an order possible.
  bool core_is_minimal = false;
  std::int64_t operations = 0;  // judged: not those that say nothing
  std::int64_t states = 0;      // visited by the search
};

struct LinearizabilityVerdict {
  Judgement judgement = Judgement::kUnknown;
  std::string model;
  std::string reason;            // of kUnknown
  std::vector<KeyVerdict> keys;  // sorted by key
  std::int64_t operations = 0;
  std::int64_t states = 0;
  std::chrono::nanoseconds decided_in{0};
  std::chrono::nanoseconds explained_in{0};

  // The first violated key; nullptr if none is.
  const KeyVerdict* Violation() const;
  // In the order of `keys`.
  std::vector<const KeyVerdict*> Violations() const;
};

// Whether the operations can be put into one order, each between its invocation
// and its completion, in which the model gives the answers that the clients saw
// (Herlihy & Wing, "Linearizability: A Correctness Condition for Concurrent
// Objects", 1990). An operation precedes another only if it completed strictly
// before the other was invoked. Pure; kUnknown if the budget runs out or if no
// operation was acknowledged. Throws UsageError for an operation that the model
// does not know, or that completed before it was invoked. docs/checking.md says
// how it decides.
LinearizabilityVerdict CheckLinearizability(const History& history,
                                            const Model& model,
                                            const CheckOptions& options = {});
// By name; throws UsageError for another than ModelNames().
LinearizabilityVerdict CheckLinearizability(const History& history,
                                            const std::string& model_name,
                                            const CheckOptions& options = {});

// Fills in what explains the violations of a verdict that was reached without
// (CheckOptions::explain): the same history, model and options, or it throws
// std::logic_error.
void ExplainViolations(const History& history, const Model& model,
                       const CheckOptions& options,
                       LinearizabilityVerdict& verdict);

// Re-checks the linearization of every held key with nothing but the model's
// step: complete, nothing twice, no operation after one that was invoked after
// it completed, every answer as the model gives it. Returns complaints, none if
// all is well (and for keys that are not held). Shares no code with the search.
std::vector<std::string> ValidateLinearization(
    const History& history, const Model& model, const CheckOptions& options,
    const LinearizabilityVerdict& verdict);

// For people: a held verdict's counts, an unknown one's reason, a violated
// one's contradiction, a screen at most (24 lines of about 100 columns) for the
// first violated key; all violated keys are named.
std::string Explain(const History& history, const Model& model,
                    const CheckOptions& options,
                    const LinearizabilityVerdict& verdict);

// The same as evidence, to combine with other checks.
Verdict Summarize(const History& history, const Model& model,
                  const CheckOptions& options,
                  const LinearizabilityVerdict& verdict);

}  // namespace faultline
