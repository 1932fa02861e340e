#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "faultline/check/model.h"
#include "faultline/history/history.h"

namespace faultline {

// Judges tiny histories by the definition of linearizability, order by order,
// all keys at once. It shares nothing with the checker, models included: every
// object is a list of strings here (a register its value, a set its elements, a
// queue its content, a lock its holder and last token).
class LinearizabilityOracle {
 public:
  using Object = std::vector<std::string>;
  using State = std::map<std::string, Object>;

  LinearizabilityOracle(std::string model, FailMeaning fail,
                        std::optional<std::string> initial)
      : model_(std::move(model)), fail_(fail), initial_(std::move(initial)) {}

  bool Holds(const History& history) const {
    std::vector<bool> placed(history.operations.size(), false);
    return CanGoOn(history.operations, placed, {});
  }

  // Lets the operation take effect now. With `answer` it is told what a right
  // object answers (kOk or kFail), else false if its answer is impossible now.
  bool Step(State& state, Operation& operation, bool answer) const {
    if (operation.kind == OperationKind::kTransaction) {
      for (Access& access : operation.accesses) {
        Object& cell = At(state, access.key);
        if (access.write) {
          cell = {*access.value};
        } else if (answer) {
          access.value = Front(cell);
        } else if (operation.outcome == Outcome::kOk &&
                   access.value != Front(cell)) {
          return false;
        }
      }
      return true;
    }
    Operation right = operation;
    Object& object = At(state, operation.key);
    const Object before = object;
    Apply(object, right);
    if (answer) {
      operation = right;
      return true;
    }
    return Agrees(operation, right, before, object);
  }

 private:
  static std::optional<std::string> Front(const Object& object) {
    if (object.empty()) return std::nullopt;
    return object.front();
  }

  Object& At(State& state, const std::string& key) const {
    const auto [found, added] = state.try_emplace(key);
    if (added && model_ == "fenced-lock") {
      found->second = {"", initial_.value_or("0")};
    } else if (added && initial_ && model_ != "set" && model_ != "queue" &&
               model_ != "lock") {
      found->second = {*initial_};
    }
    return found->second;
  }

  // Does what a right object does; sets outcome and answer.
  void Apply(Object& object, Operation& operation) const {
    operation.outcome = Outcome::kOk;
    const auto fail = [&](bool failed) {
      if (failed) operation.outcome = Outcome::kFail;
      return failed;
    };
    const std::string process = "p" + std::to_string(operation.process);
    switch (operation.kind) {
      case OperationKind::kRead:
        if (model_ == "set") {
          operation.elements = object;
        } else {
          operation.value = Front(object);
        }
        break;
      case OperationKind::kWrite:
        object = {*operation.value};
        break;
      case OperationKind::kDelete:
        object.clear();
        break;
      case OperationKind::kCompareAndSet:
        if (!fail(Front(object) != operation.expected)) {
          object = {*operation.value};
        }
        break;
      case OperationKind::kAppend:
        object = {Front(object).value_or("") + *operation.value};
        break;
      case OperationKind::kAdd:
        object.push_back(*operation.value);
        std::sort(object.begin(), object.end());
        object.erase(std::unique(object.begin(), object.end()), object.end());
        break;
      case OperationKind::kRemove:
        std::erase(object, *operation.value);
        break;
      case OperationKind::kEnqueue:
        object.push_back(*operation.value);
        break;
      case OperationKind::kDequeue:
        operation.value = Front(object);
        if (!object.empty()) object.erase(object.begin());
        break;
      case OperationKind::kAcquire:
        Acquire(object, operation, process);
        break;
      case OperationKind::kRelease:
        if (!fail(object.empty() || object[0] != process)) Free(object);
        break;
      case OperationKind::kTransaction:
      case OperationKind::kCall:
        break;
    }
  }

  void Free(Object& object) const {
    if (model_ == "lock") {
      object.clear();
    } else {
      object[0] = "";
    }
  }

  void Acquire(Object& object, Operation& operation,
               const std::string& process) const {
    if (!object.empty() && !object[0].empty()) {
      operation.outcome = Outcome::kFail;
    } else if (model_ == "lock") {
      object = {process};
    } else {
      const long last = std::stol(object[1]);
      const bool told =
          operation.outcome != Outcome::kUnknown && operation.value;
      if (!told) operation.value = std::to_string(last + 1);
      object = {process, *operation.value};
    }
  }

  // Whether what was answered fits what a right object does.
  bool Agrees(const Operation& said, const Operation& right,
              const Object& before, const Object& after) const {
    if (said.outcome == Outcome::kUnknown) {
      // It took effect: an effect that fails is none.
      return right.outcome == Outcome::kOk;
    }
    if (said.outcome == Outcome::kFail) {
      return right.outcome == Outcome::kFail ||
             (said.kind == OperationKind::kDequeue && before.empty());
    }
    if (right.outcome != Outcome::kOk) return false;
    if (said.kind == OperationKind::kAcquire && model_ == "fenced-lock") {
      return std::stol(after[1]) > std::stol(before[1]);
    }
    return said.value == right.value && said.elements == right.elements;
  }

  bool Counts(const Operation& operation) const {
    if (operation.outcome != Outcome::kFail) return true;
    if (fail_ == FailMeaning::kAbsent) return false;
    return operation.kind == OperationKind::kCompareAndSet ||
           operation.kind == OperationKind::kAcquire ||
           operation.kind == OperationKind::kRelease ||
           operation.kind == OperationKind::kDequeue;
  }

  bool CanGoOn(const std::vector<Operation>& operations,
               std::vector<bool>& placed, const State& state) const {
    std::int64_t first_end = INT64_MAX;
    bool all = true;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const Operation& operation = operations[i];
      if (placed[i] || !Counts(operation) ||
          operation.outcome == Outcome::kUnknown) {
        continue;
      }
      all = false;
      first_end = std::min(first_end, operation.completed_ns);
    }
    if (all) return true;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      if (placed[i] || !Counts(operations[i]) ||
          operations[i].invoked_ns > first_end) {
        continue;
      }
      State next = state;
      Operation operation = operations[i];
      if (!Step(next, operation, false)) continue;
      // A failure leaves all as it was.
      if (operations[i].outcome == Outcome::kFail) next = state;
      placed[i] = true;
      const bool holds = CanGoOn(operations, placed, next);
      placed[i] = false;
      if (holds) return true;
    }
    return false;
  }

  const std::string model_;
  const FailMeaning fail_;
  const std::optional<std::string> initial_;
};

}  // namespace faultline
