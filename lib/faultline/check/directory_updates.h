#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/evidence/verdict.h"
#include "faultline/history/history.h"

namespace faultline {

// The password, by its name, that each account has in the end.
using FinalPasswords = std::map<std::string, std::string>;

// The acknowledged changes of passwords that nothing replaced, and that are
// gone all the same, in the order in which they were asked for. Each change
// names the password before it, so those that count form a chain that ends with
// the final one; a reset counts instead of all that was asked for before it was
// acknowledged. Every new password of an account must have another name. Pure.
std::vector<Operation> FindLostUpdates(const History& history,
                                       const FinalPasswords& finals);

// Violated if there are any, listing each. Unknown if no change was
// acknowledged, or an account that was changed has no final password.
Verdict CheckUpdates(const History& history, const FinalPasswords& finals);

}  // namespace faultline
