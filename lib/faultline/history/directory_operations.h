#pragma once

#include <string>

#include "faultline/history/operation.h"

namespace faultline {

// Operations on the accounts of a directory, as calls: the account is the key,
// passwords stand by their names ("p3"), which hold no space, and the answer is
// "granted" or "refused".
//
//   authenticate PASSWORD        as the account
//   change OLD NEW               its password, by the account itself
//   reset NEW, disable, enable   by the administrator
inline constexpr char kAuthenticate[] = "authenticate";
inline constexpr char kChangePassword[] = "change";
inline constexpr char kResetPassword[] = "reset";
inline constexpr char kDisable[] = "disable";
inline constexpr char kEnable[] = "enable";
inline constexpr char kAnswerGranted[] = "granted";
inline constexpr char kAnswerRefused[] = "refused";

// The input of kChangePassword.
inline std::string PasswordsOfChange(const std::string& old,
                                     const std::string& fresh) {
  return old + " " + fresh;
}
inline std::string OldPasswordOf(const Call& change) {
  return change.input.substr(0, change.input.find(' '));
}
// Also of kResetPassword.
inline std::string NewPasswordOf(const Call& change) {
  return change.input.substr(change.input.find(' ') + 1);
}

inline bool SetsPassword(const Call& call) {
  return call.function == kChangePassword || call.function == kResetPassword;
}
inline bool IsOfDirectory(const Call& call) {
  return call.function == kAuthenticate || SetsPassword(call) ||
         call.function == kDisable || call.function == kEnable;
}
// An acknowledged call that was granted.
inline bool WasGranted(const Operation& operation) {
  return operation.outcome == Outcome::kOk &&
         operation.call->output == kAnswerGranted;
}

}  // namespace faultline
