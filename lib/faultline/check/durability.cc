#include "faultline/check/durability.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "faultline/check/describe.h"
#include "faultline/check/durability_effects.h"

namespace faultline {
namespace {

using internal::Describe;
using internal::Evidence;
using internal::Inconclusive;

constexpr char kProperty[] =
    "every acknowledged write stands once in every member's log";

// Its value is all that its key then holds.
bool SetsValue(const Operation& operation) {
  return operation.kind == OperationKind::kWrite ||
         operation.kind == OperationKind::kCompareAndSet;
}

bool Changes(const Operation& operation) {
  return SetsValue(operation) || operation.kind == OperationKind::kDelete ||
         operation.kind == OperationKind::kAppend;
}

// A value under its key.
using Effect = std::pair<std::string, std::string>;

struct WriteIndex {
  std::map<Effect, const Operation*> writes;
  std::set<std::string> keys;           // that the history names and only sets
  std::int64_t acknowledged = 0;        // changes
  const Operation* repeated = nullptr;  // writes what another one wrote
};

WriteIndex IndexWrites(const History& history) {
  WriteIndex index;
  for (const Operation& operation : history.operations) {
    index.keys.insert(operation.key);
    if (Changes(operation) && operation.outcome == Outcome::kOk) {
      ++index.acknowledged;
    }
    if (!SetsValue(operation)) continue;
    const bool is_new =
        index.writes
            .try_emplace({operation.key, operation.value.value_or("")},
                         &operation)
            .second;
    if (!is_new) index.repeated = &operation;
  }
  for (const Operation& operation : history.operations) {
    // Values that no operation alone names.
    if (operation.kind == OperationKind::kAppend) {
      index.keys.erase(operation.key);
    }
    for (const Access& access : operation.accesses) {
      index.keys.erase(access.key);
    }
  }
  return index;
}

std::map<Effect, int> CountEffects(const CommitLog& log,
                                   const std::set<std::string>& keys) {
  std::map<Effect, int> counts;
  for (const Commit& commit : log.commits) {
    if (commit.value && keys.contains(commit.key)) {
      ++counts[{commit.key, *commit.value}];
    }
  }
  return counts;
}

// What is wrong with `times` occurrences in a log; empty if nothing is.
std::string Complaint(const Operation& write, int times) {
  if (times == 0) return write.outcome == Outcome::kOk ? "not in" : "";
  if (write.outcome == Outcome::kFail) return "yet in";
  return times == 1 ? "" : fmt::format("{} times in", times);
}

using Counts = std::map<std::string, std::map<Effect, int>>;  // by node

void JudgeWrite(const History& history, const Operation& write,
                const Effect& effect, const Counts& counts,
                Evidence& evidence) {
  std::map<std::string, std::vector<std::string>> nodes;  // by complaint
  for (const auto& [node, effects] : counts) {
    const auto found = effects.find(effect);
    const int times = found == effects.end() ? 0 : found->second;
    const std::string complaint = Complaint(write, times);
    if (!complaint.empty()) nodes[complaint].push_back(node);
  }
  for (const auto& [complaint, names] : nodes) {
    evidence.Add(fmt::format("{}, {} the log of {}", Describe(history, write),
                             complaint, fmt::join(names, ", ")));
  }
}

void JudgeForeignValues(const WriteIndex& index, const Counts& counts,
                        Evidence& evidence) {
  for (const auto& [node, effects] : counts) {
    for (const auto& [effect, times] : effects) {
      if (index.writes.contains(effect)) continue;
      evidence.Add(fmt::format("nobody wrote key={} value={}, in the log of {}",
                               effect.first, effect.second, node));
    }
  }
}

std::string Text(const Commit& commit) {
  return fmt::format("revision {} key={} {}", commit.revision, commit.key,
                     commit.value ? "value=" + *commit.value : "deleted");
}

std::string At(const CommitLog& log, std::size_t position) {
  if (position < log.commits.size()) {
    return fmt::format("{} has {}", log.node, Text(log.commits[position]));
  }
  return fmt::format("{} ends after {} changes", log.node, log.commits.size());
}

// The position where two logs part; the common length if they are equal.
std::size_t FirstDifference(const CommitLog& one, const CommitLog& other) {
  const std::size_t common = std::min(one.commits.size(), other.commits.size());
  std::size_t position = 0;
  while (position < common &&
         one.commits[position] == other.commits[position]) {
    ++position;
  }
  return position;
}

}  // namespace

Verdict CheckDurability(const History& history,
                        const std::vector<CommitLog>& logs) {
  const WriteIndex index = IndexWrites(history);
  if (index.repeated != nullptr) {
    return Inconclusive(kProperty, "needs unique values: " +
                                       Describe(history, *index.repeated) +
                                       ", as another operation did");
  }
  if (index.acknowledged == 0) {
    return Inconclusive(kProperty, "no change was acknowledged");
  }
  if (logs.empty()) return Inconclusive(kProperty, "no member's log was read");
  Counts counts;
  for (const CommitLog& log : logs) {
    counts[log.node] = CountEffects(log, index.keys);
  }
  Evidence evidence;
  for (const Operation& operation : history.operations) {
    if (!SetsValue(operation) || !index.keys.contains(operation.key)) continue;
    JudgeWrite(history, operation,
               {operation.key, operation.value.value_or("")}, counts, evidence);
  }
  JudgeForeignValues(index, counts, evidence);
  internal::JudgeDeletes(history, logs, evidence);
  internal::JudgeAppends(history, logs, evidence);
  return evidence.Judge(kProperty,
                        fmt::format("{} acknowledged changes in {} logs",
                                    index.acknowledged, counts.size()));
}

Verdict CheckAgreement(const std::vector<CommitLog>& logs) {
  constexpr char kAgreement[] =
      "all members show the same changes in the same order";
  if (logs.size() < 2) {
    return Inconclusive(kAgreement,
                        fmt::format("{} logs to compare", logs.size()));
  }
  const auto longest = std::max_element(
      logs.begin(), logs.end(),
      [](auto& a, auto& b) { return a.commits.size() < b.commits.size(); });
  if (longest->commits.empty()) {
    return Inconclusive(kAgreement, "every log is empty");
  }
  Evidence evidence;
  for (const CommitLog& log : logs) {
    const std::size_t position = FirstDifference(*longest, log);
    if (position == longest->commits.size()) continue;
    evidence.Add(fmt::format("change {}: {}, {}", position + 1,
                             At(*longest, position), At(log, position)));
  }
  return evidence.Judge(kAgreement,
                        fmt::format("{} changes in each of {} logs",
                                    longest->commits.size(), logs.size()));
}

}  // namespace faultline
