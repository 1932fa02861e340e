#include "faultline/check/judged.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "faultline/base/error.h"
#include "faultline/check/describe.h"

namespace faultline::internal {
namespace {

void Validate(const History& history, std::size_t index, const Model& model) {
  const Operation& operation = history.operations[index];
  const auto refuse = [&](const std::string& reason) {
    const OperationLines lines =
        index < history.lines.size() ? history.lines[index] : OperationLines{};
    const std::string where =
        lines.invoked == 0
            ? ""
            : fmt::format("{}:{}: ", history.file, lines.invoked);
    throw UsageError(
        fmt::format("{}{}: {}", where, reason, Describe(history, operation)));
  };
  if (!model.Knows(operation.kind)) {
    refuse(fmt::format("the model {} does not know \"{}\"", model.name(),
                       FunctionOf(operation)));
  }
  if (operation.outcome != Outcome::kUnknown &&
      operation.completed_ns < operation.invoked_ns) {
    refuse(fmt::format("operation {} completed before it was invoked", index));
  }
  if (const char* misfit = model.Misfit(operation)) refuse(misfit);
}

bool SaysSomething(const Operation& operation, const Model& model,
                   FailMeaning fail) {
  switch (operation.outcome) {
    case Outcome::kOk:
      return true;
    case Outcome::kFail:
      return fail == FailMeaning::kObserved && model.Shows(operation);
    case Outcome::kUnknown:
      break;
  }
  return !OnlyObserves(operation);
}

// Numbers keys; keys that one operation names are joined (union by link to the
// smaller number).
class KeyGroups {
 public:
  std::size_t Number(std::string_view key) {
    if (!groups_.empty() && key == last_key_) return last_;
    const auto found = numbers_.try_emplace(key, groups_.size());
    if (found.second) groups_.push_back(groups_.size());
    last_key_ = found.first->first;
    return last_ = found.first->second;
  }
  std::size_t GroupOf(std::size_t number) {
    while (groups_[number] != number) {
      number = groups_[number] = groups_[groups_[number]];
    }
    return number;
  }
  void Join(std::size_t a, std::size_t b) {
    a = GroupOf(a);
    b = GroupOf(b);
    groups_[std::max(a, b)] = std::min(a, b);
  }
  std::size_t size() const { return groups_.size(); }
  const auto& numbers() const { return numbers_; }

 private:
  std::unordered_map<std::string_view, std::size_t> numbers_;
  std::vector<std::size_t> groups_;
  std::string_view last_key_;
  std::size_t last_ = 0;
};

std::size_t GroupKeys(KeyGroups& groups, const Operation& operation) {
  if (operation.accesses.empty()) return groups.Number(operation.key);
  const std::size_t first = groups.Number(operation.accesses[0].key);
  for (const Access& access : operation.accesses) {
    groups.Join(first, groups.Number(access.key));
  }
  return first;
}

// All keys of each group, joined by spaces.
std::vector<std::string> GroupNames(KeyGroups& groups) {
  std::vector<std::set<std::string_view>> keys(groups.size());
  for (const auto& [key, number] : groups.numbers()) {
    keys[groups.GroupOf(number)].insert(key);
  }
  std::vector<std::string> names(groups.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (const std::string_view key : keys[i]) {
      if (key != *keys[i].begin()) names[i] += ' ';
      names[i] += key;
    }
  }
  return names;
}

std::vector<Part> JoinGroups(KeyGroups& groups,
                             std::vector<std::vector<Judged>>& by_key) {
  std::vector<std::string> names = GroupNames(groups);
  std::map<std::string_view, Part> parts;
  for (std::size_t i = 0; i < by_key.size(); ++i) {
    const std::string& name = names[groups.GroupOf(i)];
    std::vector<Judged>& joined = parts[name].operations;
    if (joined.empty()) {
      joined = std::move(by_key[i]);
    } else {
      joined.insert(joined.end(), by_key[i].begin(), by_key[i].end());
    }
  }
  std::vector<Part> sorted;
  for (auto& [name, part] : parts) {
    std::sort(
        part.operations.begin(), part.operations.end(),
        [](const Judged& a, const Judged& b) { return a.index < b.index; });
    part.key = name;
    sorted.push_back(std::move(part));
  }
  return sorted;
}

}  // namespace

bool OnlyObserves(const Operation& operation) {
  if (operation.outcome == Outcome::kFail) return true;
  switch (operation.kind) {
    case OperationKind::kRead:
      return true;
    case OperationKind::kDequeue:
      return operation.outcome == Outcome::kOk && !operation.value;
    case OperationKind::kCompareAndSet:
      return operation.expected && operation.expected == operation.value;
    case OperationKind::kTransaction:
      return std::none_of(operation.accesses.begin(), operation.accesses.end(),
                          [](const Access& access) { return access.write; });
    default:
      return false;
  }
}

std::vector<Part> SplitIntoParts(const History& history, const Model& model,
                                 FailMeaning fail) {
  KeyGroups groups;
  std::vector<std::vector<Judged>> by_key;  // of the first key of each
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    Validate(history, i, model);
    const std::size_t key = model.by_key() ? groups.Number(operation.key)
                                           : GroupKeys(groups, operation);
    if (key >= by_key.size()) by_key.resize(groups.size());
    if (!SaysSomething(operation, model, fail)) continue;
    by_key[key].push_back(
        {&operation, i, operation.outcome != Outcome::kUnknown});
  }
  by_key.resize(groups.size());
  return JoinGroups(groups, by_key);
}

}  // namespace faultline::internal
