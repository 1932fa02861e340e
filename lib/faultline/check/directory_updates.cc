#include "faultline/check/directory_updates.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/history/directory_operations.h"

namespace faultline {
namespace {

using Changes = std::vector<const Operation*>;  // of one account

std::map<std::string, Changes> ChangesByAccount(const History& history) {
  std::map<std::string, Changes> changes;
  for (const Operation& operation : history.operations) {
    if (operation.kind != OperationKind::kCall ||
        !SetsPassword(*operation.call))
      continue;
    if (WasGranted(operation) || operation.outcome == Outcome::kUnknown)
      changes[operation.key].push_back(&operation);
  }
  return changes;
}

const Operation* Setting(const Changes& changes, const std::string& password) {
  const auto found = std::ranges::find_if(changes, [&](const auto* change) {
    return NewPasswordOf(*change->call) == password;
  });
  return found == changes.end() ? nullptr : *found;
}

// Those that led to the final password, the last one first.
Changes ChainTo(const std::string& password, const Changes& changes) {
  Changes chain;
  const Operation* change = Setting(changes, password);
  while (change != nullptr && !std::ranges::count(chain, change)) {
    chain.push_back(change);
    if (change->call->function == kResetPassword) break;
    change = Setting(changes, OldPasswordOf(*change->call));
  }
  return chain;
}

bool ReplacedByReset(const Operation& change, const Changes& chain) {
  return !chain.empty() && chain.back()->call->function == kResetPassword &&
         change.invoked_ns < chain.back()->completed_ns;
}

std::string Text(const Operation& change) {
  return fmt::format("{}: {} {}, acknowledged at {:.3f} s", change.key,
                     change.call->function, change.call->input,
                     static_cast<double>(change.completed_ns) / 1e9);
}

}  // namespace

std::vector<Operation> FindLostUpdates(const History& history,
                                       const FinalPasswords& finals) {
  std::vector<Operation> lost;
  for (const auto& [account, changes] : ChangesByAccount(history)) {
    const auto final_one = finals.find(account);
    if (final_one == finals.end()) continue;
    const Changes chain = ChainTo(final_one->second, changes);
    for (const Operation* change : changes) {
      if (WasGranted(*change) && !std::ranges::count(chain, change) &&
          !ReplacedByReset(*change, chain))
        lost.push_back(*change);
    }
  }
  std::ranges::sort(lost, {}, &Operation::invoked_ns);
  return lost;
}

Verdict CheckUpdates(const History& history, const FinalPasswords& finals) {
  Verdict verdict{.property = "no acknowledged change of a password is lost",
                  .evidence = {}};
  std::int64_t acknowledged = 0;
  for (const auto& [account, changes] : ChangesByAccount(history)) {
    acknowledged += std::ranges::count_if(
        changes, [](const auto* change) { return WasGranted(*change); });
    if (!finals.contains(account))
      verdict.evidence.push_back(account + ": no final password was found");
  }
  const std::vector<Operation> lost = FindLostUpdates(history, finals);
  for (const Operation& change : lost) verdict.evidence.push_back(Text(change));
  if (!lost.empty()) {
    verdict.judgement = Judgement::kViolated;
  } else if (acknowledged == 0) {
    verdict.evidence.emplace_back("no change was acknowledged");
  } else if (verdict.evidence.empty()) {
    verdict.judgement = Judgement::kHolds;
    verdict.evidence.push_back(
        fmt::format("{} acknowledged changes", acknowledged));
  }
  return verdict;
}

}  // namespace faultline
