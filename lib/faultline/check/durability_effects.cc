#include "faultline/check/durability_effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>

namespace faultline::internal {
namespace {

// The deletes of one key, and when the last of its other changes can have
// happened.
struct KeyDeletes {
  std::int64_t asked = 0;  // may have happened
  std::vector<const Operation*> acknowledged;
  std::int64_t last_write_ns = std::numeric_limits<std::int64_t>::min();

  // An acknowledged one that no other change can have followed.
  const Operation* Final() const {
    for (const Operation* operation : acknowledged) {
      if (operation->invoked_ns > last_write_ns) return operation;
    }
    return nullptr;
  }
};

std::map<std::string, KeyDeletes> IndexDeletes(const History& history) {
  std::map<std::string, KeyDeletes> keys;
  for (const Operation& operation : history.operations) {
    KeyDeletes& key = keys[operation.key];
    if (operation.outcome == Outcome::kFail) continue;
    if (operation.kind == OperationKind::kDelete) {
      ++key.asked;
      if (operation.outcome == Outcome::kOk) {
        key.acknowledged.push_back(&operation);
      }
    } else if (Writes(operation.kind)) {
      key.last_write_ns = std::max(key.last_write_ns, operation.completed_ns);
    }
    for (const Access& access : operation.accesses) {
      if (!access.write) continue;
      KeyDeletes& other = keys[access.key];
      other.last_write_ns =
          std::max(other.last_write_ns, operation.completed_ns);
    }
  }
  return keys;
}

// What one log shows of a key.
struct KeyInLog {
  std::int64_t deletions = 0;
  const Commit* last = nullptr;
};

std::map<std::string, KeyInLog> IndexLog(const CommitLog& log) {
  std::map<std::string, KeyInLog> keys;
  for (const Commit& commit : log.commits) {
    KeyInLog& key = keys[commit.key];
    if (!commit.value) ++key.deletions;
    key.last = &commit;
  }
  return keys;
}

bool Shows(const CommitLog& log, const std::string& key,
           const std::string& appended) {
  return std::any_of(log.commits.begin(), log.commits.end(),
                     [&](const Commit& commit) {
                       return commit.key == key && commit.value &&
                              commit.value->find(appended) != std::string::npos;
                     });
}

}  // namespace

void JudgeDeletes(const History& history, const std::vector<CommitLog>& logs,
                  Evidence& evidence) {
  const auto deletes = IndexDeletes(history);
  for (const CommitLog& log : logs) {
    for (const auto& [key, shown] : IndexLog(log)) {
      const auto found = deletes.find(key);
      if (found == deletes.end()) continue;
      const KeyDeletes& asked = found->second;
      if (shown.deletions > asked.asked) {
        evidence.Add(fmt::format(
            "key={} was deleted {} times in the log of {}, asked for {} times",
            key, shown.deletions, log.node, asked.asked));
      }
      const Operation* final_delete = asked.Final();
      if (final_delete == nullptr || !shown.last->value) continue;
      evidence.Add(fmt::format("{}, yet the log of {} ends with value={}",
                               Describe(history, *final_delete), log.node,
                               *shown.last->value));
    }
  }
}

void JudgeAppends(const History& history, const std::vector<CommitLog>& logs,
                  Evidence& evidence) {
  for (const Operation& operation : history.operations) {
    if (operation.kind != OperationKind::kAppend ||
        operation.outcome != Outcome::kOk) {
      continue;
    }
    const std::string appended = operation.value.value_or("");
    for (const CommitLog& log : logs) {
      if (Shows(log, operation.key, appended)) continue;
      evidence.Add(fmt::format("{}, in no value of the log of {}",
                               Describe(history, operation), log.node));
    }
  }
}

}  // namespace faultline::internal
