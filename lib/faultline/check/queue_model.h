#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "faultline/check/model.h"

namespace faultline {

// enqueue, dequeue (without a value: the queue was empty), first in first out.
class QueueModel {
 public:
  using State = std::vector<std::string>;  // next to leave first
  static constexpr const char* kName = "queue";

  static bool Knows(OperationKind kind) {
    return kind == OperationKind::kEnqueue || kind == OperationKind::kDequeue;
  }
  // An empty queue.
  static bool Shows(const Operation& failed) {
    return failed.kind == OperationKind::kDequeue;
  }

  State Initial(const std::optional<std::string>&) const { return {}; }

  std::optional<State> Step(const State& state,
                            const Operation& operation) const {
    if (operation.kind == OperationKind::kEnqueue) {
      const std::string value = operation.value.value_or("");
      if (observing_ && IsPointless(state, operation, value)) {
        return std::nullopt;
      }
      State next = state;
      next.push_back(value);
      return next;
    }
    if (operation.outcome == Outcome::kFail ||
        (operation.outcome == Outcome::kOk && !operation.value)) {
      return state.empty() ? std::optional(state) : std::nullopt;
    }
    const bool leaves =
        !state.empty() && (operation.outcome == Outcome::kUnknown ||
                           state.front() == *operation.value);
    return leaves ? std::optional(State(state.begin() + 1, state.end()))
                  : std::nullopt;
  }

  std::string Text(const State& state) const {
    std::string text = "[";
    for (const std::string& value : state) {
      text += (text.size() > 1 ? " " : "") + value;
    }
    return text + "]";
  }

  void Observe(const Operation& operation) {
    observing_ = true;
    const bool known = operation.outcome == Outcome::kOk;
    if (operation.kind == OperationKind::kEnqueue) {
      ++lives_[operation.value.value_or("")].enqueued;
    } else if (!known) {
      unknown_dequeues_ =
          unknown_dequeues_ || operation.outcome == Outcome::kUnknown;
    } else if (operation.value) {
      Life& life = lives_[*operation.value];
      ++life.dequeued;
      life.invoked_ns = operation.invoked_ns;
      life.completed_ns = operation.completed_ns;
    }
  }

 private:
  // What the whole history says of one value; times are of its dequeue.
  struct Life {
    int enqueued = 0;
    int dequeued = 0;
    std::int64_t invoked_ns = 0;
    std::int64_t completed_ns = 0;
  };

  // Whether this enqueue, now, cannot be part of any solution, or of none that
  // does not work without it as well: an unknown one of a value that nobody is
  // known to have got; one behind a value that certainly leaves later, or
  // never.
  bool IsPointless(const State& state, const Operation& operation,
                   const std::string& value) const {
    const Life& life = lives_.at(value);
    if (life.dequeued == 0) return operation.outcome == Outcome::kUnknown;
    if (life.dequeued != 1 || life.enqueued != 1) return false;
    return std::any_of(state.begin(), state.end(), [&](const auto& ahead) {
      const Life& other = lives_.at(ahead);
      if (other.dequeued == 0) return !unknown_dequeues_;
      return other.dequeued == 1 && other.enqueued == 1 &&
             life.completed_ns < other.invoked_ns;
    });
  }

  bool observing_ = false;
  bool unknown_dequeues_ = false;
  std::map<std::string, Life> lives_;
};

}  // namespace faultline
