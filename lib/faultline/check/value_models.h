#pragma once

#include <compare>
#include <optional>
#include <set>
#include <string>

#include "faultline/check/model.h"

namespace faultline {

// One value that is read, overwritten, deleted, compared and appended to. The
// models below allow some or all of that.
class ValueModel {
 public:
  struct State {
    std::optional<std::string> value;  // absent: no such key
    // A value that no answer can show any more, whatever is appended to it: all
    // such values are one state.
    bool unseen = false;

    friend auto operator<=>(const State&, const State&) = default;
  };
  static constexpr bool kPlainRegister = true;

  // A compare that did not match.
  static bool Shows(const Operation& failed) {
    return failed.kind == OperationKind::kCompareAndSet;
  }

  State Initial(const std::optional<std::string>& initial) const {
    return Merge(initial);
  }

  std::optional<State> Step(const State& state,
                            const Operation& operation) const {
    switch (operation.kind) {
      case OperationKind::kRead:
        if (operation.outcome == Outcome::kUnknown) return state;
        return Is(state, operation.value) ? std::optional(state) : std::nullopt;
      case OperationKind::kWrite:
        return Merge(operation.value);
      case OperationKind::kDelete:
        return State{};
      case OperationKind::kAppend:
        if (state.unseen) return state;
        return Merge(state.value.value_or("") + operation.value.value_or(""));
      default:
        return CompareAndSet(state, operation);
    }
  }

  std::string Text(const State& state) const {
    return state.unseen ? "?" : state.value.value_or("absent");
  }

  void Observe(const Operation& operation) {
    observing_ = true;
    appends_ = appends_ || operation.kind == OperationKind::kAppend;
    const bool compares = operation.kind == OperationKind::kCompareAndSet;
    const auto& seen = compares ? operation.expected : operation.value;
    if (seen && (compares || operation.kind == OperationKind::kRead)) {
      seen_.insert(*seen);
    }
  }

 private:
  static bool Is(const State& state, const std::optional<std::string>& value) {
    return !state.unseen && state.value == value;
  }

  std::optional<State> CompareAndSet(const State& state,
                                     const Operation& operation) const {
    const bool matches = Is(state, operation.expected);
    if (operation.outcome == Outcome::kFail) {
      return matches ? std::nullopt : std::optional(state);
    }
    return matches ? std::optional(Merge(operation.value)) : std::nullopt;
  }

  // Exact: appending never turns a value that begins no seen value into one
  // that does, and such a value matches no comparison.
  State Merge(const std::optional<std::string>& value) const {
    if (!observing_ || !value) return {value};
    const auto seen = seen_.lower_bound(*value);
    const bool may_be_seen =
        seen != seen_.end() &&
        (appends_ ? seen->starts_with(*value) : *seen == *value);
    return may_be_seen ? State{value} : State{std::nullopt, true};
  }

  bool observing_ = false;
  bool appends_ = false;
  std::set<std::string> seen_;
};

// read, write, delete.
struct RegisterModel : ValueModel {
  static constexpr const char* kName = "register";
  static bool Knows(OperationKind kind) {
    return kind == OperationKind::kRead || kind == OperationKind::kWrite ||
           kind == OperationKind::kDelete;
  }
};

// read, write, delete, cas.
struct CasRegisterModel : ValueModel {
  static constexpr const char* kName = "cas-register";
  static bool Knows(OperationKind kind) {
    return RegisterModel::Knows(kind) || kind == OperationKind::kCompareAndSet;
  }
};

// read (get), write (put), delete, cas, append (to an absent key: puts).
struct MapModel : ValueModel {
  static constexpr const char* kName = "map";
  static bool Knows(OperationKind kind) {
    return CasRegisterModel::Knows(kind) || kind == OperationKind::kAppend;
  }
};

}  // namespace faultline
