#pragma once

#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "faultline/base/error.h"
#include "faultline/check/model.h"

namespace faultline {

// acquire, release: held by at most one process, which alone can release it,
// and not re-entrant. Failing to acquire shows it held (by anyone), failing to
// release shows it not held by this process.
struct LockModel {
  using State = std::optional<int>;  // the process that holds it
  static constexpr const char* kName = "lock";
  static constexpr bool kByProcess = true;

  static bool Knows(OperationKind kind) {
    return kind == OperationKind::kAcquire || kind == OperationKind::kRelease;
  }
  static bool Shows(const Operation&) { return true; }

  State Initial(const std::optional<std::string>&) const { return {}; }

  std::optional<State> Step(const State& holder,
                            const Operation& operation) const {
    const bool acquires = operation.kind == OperationKind::kAcquire;
    const bool possible =
        acquires ? !holder.has_value() : holder == operation.process;
    if (operation.outcome == Outcome::kFail) {
      if (possible) return std::nullopt;
      return std::make_optional<State>(holder);
    }
    if (!possible) return std::nullopt;
    return std::make_optional<State>(acquires ? State(operation.process)
                                              : State());
  }

  std::string Text(const State& holder) const {
    return holder ? "held by process " + std::to_string(*holder) : "free";
  }
};

// A lock whose every grant carries a larger token than all before it. A grant
// without a token, or with an unknown one, took a larger one too. The initial
// value, if given, is the last token granted before the history.
struct FencedLockModel {
  struct State {
    LockModel::State holder;
    std::int64_t token = 0;

    friend auto operator<=>(const State&, const State&) = default;
  };
  static constexpr const char* kName = "fenced-lock";
  static constexpr bool kByProcess = true;

  static bool Knows(OperationKind kind) { return LockModel::Knows(kind); }
  static bool Shows(const Operation&) { return true; }

  State Initial(const std::optional<std::string>& initial) const {
    return {{}, initial ? Token(*initial) : 0};
  }

  std::optional<State> Step(const State& state,
                            const Operation& operation) const {
    const auto holder = LockModel().Step(state.holder, operation);
    if (!holder) return std::nullopt;
    State next{*holder, state.token};
    if (operation.kind != OperationKind::kAcquire ||
        operation.outcome == Outcome::kFail) {
      return next;
    }
    // The smallest possible token leaves the most to the grants after it.
    const bool told = operation.outcome == Outcome::kOk && operation.value;
    next.token = told ? Token(*operation.value) : state.token + 1;
    return next.token > state.token ? std::optional(next) : std::nullopt;
  }

  std::string Text(const State& state) const {
    return LockModel().Text(state.holder) + ", last token " +
           std::to_string(state.token);
  }

 private:
  static std::int64_t Token(const std::string& text) {
    std::int64_t token = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, token);
    if (error == std::errc() && rest == end) return token;
    throw UsageError("a fencing token is a decimal number, not \"" + text +
                     "\"");
  }
};

}  // namespace faultline
