#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "faultline/check/linearizability.h"

namespace faultline::internal {

// An operation that says something. Known: it took effect (or, failed, was
// observed) between its invocation and its completion, with its answer.
// Otherwise it took effect after its invocation or never; the search then needs
// its outcome to be kUnknown.
struct Judged {
  const Operation* operation = nullptr;
  std::size_t index = 0;  // in History::operations
  bool known = false;
};

// What is linearized together, in the order of the history.
struct Part {
  std::string key;
  std::vector<Judged> operations;
};

// Never changes the state: a read, a failed operation, an empty dequeue, a
// compare-and-set to the same value, a transaction without writes.
bool OnlyObserves(const Operation& operation);

// Splits a history by key and leaves out what says nothing. Sorted by key.
// Throws UsageError for an operation that the model does not know, or that
// completed before it was invoked.
std::vector<Part> SplitIntoParts(const History& history, const Model& model,
                                 FailMeaning fail);

}  // namespace faultline::internal
