#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "faultline/check/model.h"

namespace faultline {

// Several registers that a transaction reads and writes at once; read and write
// are transactions of one access.
class MultiRegisterModel {
 public:
  struct Cell {
    std::optional<std::string> value;
    bool unseen = false;  // a value that no answer shows: all are one

    friend auto operator<=>(const Cell&, const Cell&) = default;
  };
  struct State {
    Cell initial;  // of every key that is not among the cells
    std::map<std::string, Cell> cells;

    friend auto operator<=>(const State&, const State&) = default;
  };
  static constexpr const char* kName = "multi-register";
  static constexpr bool kByKey = false;

  static bool Knows(OperationKind kind) {
    return kind == OperationKind::kTransaction ||
           kind == OperationKind::kRead || kind == OperationKind::kWrite;
  }

  State Initial(const std::optional<std::string>& initial) const {
    return {{initial}, {}};
  }

  std::optional<State> Step(State state, const Operation& operation) const {
    const bool answered = operation.outcome == Outcome::kOk;
    if (operation.kind != OperationKind::kTransaction) {
      const Access access{operation.kind == OperationKind::kWrite,
                          operation.key, operation.value};
      if (!Apply(state, access, answered)) return std::nullopt;
      return state;
    }
    for (const Access& access : operation.accesses) {
      if (!Apply(state, access, answered)) return std::nullopt;
    }
    return state;
  }

  std::string Text(const State& state) const {
    std::string text;
    for (const auto& [key, cell] : state.cells) {
      text += (text.empty() ? "" : " ") + key + "=" +
              (cell.unseen ? "?" : cell.value.value_or("absent"));
    }
    return text.empty() ? "nothing written" : text;
  }

  void Observe(const Operation& operation) {
    observing_ = true;
    if (operation.kind == OperationKind::kRead && operation.value) {
      seen_.emplace(operation.key, *operation.value);
    }
    for (const Access& access : operation.accesses) {
      if (!access.write && access.value) {
        seen_.emplace(access.key, *access.value);
      }
    }
  }

 private:
  // False if the access cannot have read what it did.
  bool Apply(State& state, const Access& access, bool answered) const {
    if (access.write) {
      state.cells[access.key] = Merge(access);
      return true;
    }
    if (!answered) return true;
    const auto found = state.cells.find(access.key);
    const Cell& cell =
        found == state.cells.end() ? state.initial : found->second;
    return !cell.unseen && cell.value == access.value;
  }

  Cell Merge(const Access& write) const {
    if (!observing_ || !write.value ||
        seen_.contains({write.key, *write.value})) {
      return {write.value};
    }
    return {std::nullopt, true};
  }

  bool observing_ = false;
  std::set<std::pair<std::string, std::string>> seen_;  // key, value
};

}  // namespace faultline
