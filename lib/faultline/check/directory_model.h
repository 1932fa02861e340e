#pragma once

#include <compare>
#include <optional>
#include <string>

#include "faultline/check/model.h"
#include "faultline/history/directory_operations.h"

namespace faultline {

// One account of a directory: its password, by name, and whether it is enabled.
// Its operations are those of history/directory_operations.h. It authenticates
// with its password while it is enabled, and changes its password on the same
// terms; what the administrator does is granted always. What was refused
// changed nothing. The initial value is the password of an enabled account
// ("p0" if there is none).
struct DirectoryModel {
  struct State {
    std::string password;
    bool enabled = true;

    friend auto operator<=>(const State&, const State&) = default;
  };
  static constexpr const char* kName = "directory";

  static bool Knows(OperationKind kind) { return kind == OperationKind::kCall; }

  static const char* Misfit(const Operation& operation) {
    if (!IsOfDirectory(*operation.call))
      return "a call that is none of a directory";
    const std::string& output = operation.call->output;
    if (operation.outcome == Outcome::kOk && output != kAnswerGranted &&
        output != kAnswerRefused)
      return "an answer that is neither \"granted\" nor \"refused\"";
    return nullptr;
  }

  State Initial(const std::optional<std::string>& initial) const {
    return {initial.value_or("p0"), true};
  }

  std::optional<State> Step(const State& state,
                            const Operation& operation) const {
    const Call& call = *operation.call;
    const bool grants = Grants(state, call);
    if (operation.outcome == Outcome::kOk &&
        grants != (call.output == kAnswerGranted))
      return std::nullopt;
    return grants ? After(state, call) : state;
  }

  std::string Text(const State& state) const {
    return state.password + (state.enabled ? ", enabled" : ", disabled");
  }

 private:
  static bool Grants(const State& state, const Call& call) {
    if (call.function == kAuthenticate)
      return state.enabled && call.input == state.password;
    if (call.function == kChangePassword)
      return state.enabled && OldPasswordOf(call) == state.password;
    return true;
  }

  static State After(State state, const Call& call) {
    if (SetsPassword(call)) state.password = NewPasswordOf(call);
    if (call.function == kDisable) state.enabled = false;
    if (call.function == kEnable) state.enabled = true;
    return state;
  }
};

}  // namespace faultline
