#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "faultline/check/model.h"

namespace faultline {

// add, remove (of an element that may be absent), read (of all elements).
struct SetModel {
  using State = std::set<std::string>;
  static constexpr const char* kName = "set";

  static bool Knows(OperationKind kind) {
    return kind == OperationKind::kRead || kind == OperationKind::kAdd ||
           kind == OperationKind::kRemove;
  }

  static const char* Misfit(const Operation& operation) {
    const bool shows_one = operation.kind == OperationKind::kRead &&
                           operation.outcome == Outcome::kOk &&
                           operation.value && !operation.shows_elements;
    return shows_one ? "a read of a set shows a collection, not one value"
                     : nullptr;
  }

  State Initial(const std::optional<std::string>&) const { return {}; }

  std::optional<State> Step(const State& state,
                            const Operation& operation) const {
    if (operation.kind == OperationKind::kRead) {
      const bool shown =
          operation.outcome == Outcome::kUnknown ||
          state == State(operation.elements.begin(), operation.elements.end());
      return shown ? std::optional(state) : std::nullopt;
    }
    State next = state;
    if (operation.kind == OperationKind::kAdd) {
      next.insert(operation.value.value_or(""));
    } else {
      next.erase(operation.value.value_or(""));
    }
    return next;
  }

  // Only a read needs an addition or removal, and only of what it shows
  // otherwise.
  bool MayHelp(const State& state, const Operation& unknown,
               const Operation& target) const {
    if (target.kind != OperationKind::kRead) return false;
    const std::string element = unknown.value.value_or("");
    const bool adds = unknown.kind == OperationKind::kAdd;
    if (state.contains(element) == adds) return false;
    const bool shown = std::find(target.elements.begin(), target.elements.end(),
                                 element) != target.elements.end();
    return shown == adds;
  }

  std::string Text(const State& state) const {
    std::string text = "{";
    for (const std::string& element : state) {
      text += (text.size() > 1 ? " " : "") + element;
    }
    return text + "}";
  }
};

}  // namespace faultline
