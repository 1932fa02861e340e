#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "support/linearizability_oracle.h"

namespace faultline {

// A small random history for a model, the same for the same seed: operations
// take effect somewhere between invocation and completion on a right object;
// then outcomes are forgotten and, in some histories, answers are falsified.
class RandomHistory {
 public:
  RandomHistory(std::string model, std::uint64_t seed)
      : model_(std::move(model)), random_(seed) {}

  // `operations` of them; few different times, so that many are equal.
  History Make(std::size_t operations, bool falsify) {
    unique_values_ = Chance(3);
    keys_ = Chance(3) ? 2 : 1;
    latest_ = Chance(4) ? 4 : 12;
    History history;
    for (std::size_t i = 0; i < operations; ++i) {
      history.operations.push_back(Invoke(i));
    }
    LetTakeEffect(history);
    for (Operation& operation : history.operations) {
      if (falsify && Chance(5)) Falsify(operation);
      if (Chance(4)) Forget(operation);
    }
    return history;
  }

  // Falsifies one answer.
  void FalsifyOne(History& history) {
    const int count = static_cast<int>(history.operations.size());
    Falsify(history.operations[static_cast<std::size_t>(Below(count))]);
  }

  // Makes the answer another, if the operation has one.
  void Falsify(Operation& operation) {
    switch (operation.kind) {
      case OperationKind::kRead:
        if (model_ == "set") {
          operation.elements.clear();
          if (Chance(2)) operation.elements.push_back(Value(0));
          return;
        }
        [[fallthrough]];
      case OperationKind::kDequeue:
        operation.value = Chance(4) ? std::nullopt : std::optional(Value(0));
        return;
      case OperationKind::kTransaction:
        for (Access& access : operation.accesses) {
          if (!access.write) access.value = Value(0);
        }
        return;
      case OperationKind::kAcquire:
        if (operation.value && Chance(2)) {
          operation.value = std::to_string(1 + Below(4));
          return;
        }
        break;
      default:
        break;
    }
    operation.outcome =
        operation.outcome == Outcome::kOk ? Outcome::kFail : Outcome::kOk;
  }

 private:
  int Below(int end) {
    return static_cast<int>(random_() % static_cast<std::uint64_t>(end));
  }
  bool Chance(int one_in) { return Below(one_in) == 0; }

  std::string Value(std::size_t number) {
    if (unique_values_ && number > 0) return "u" + std::to_string(number);
    if (unique_values_) return "u" + std::to_string(1 + Below(8));
    return std::string(1, static_cast<char>('a' + Below(3)));
  }

  OperationKind Kind() {
    using enum OperationKind;
    if (model_ == "register")
      return Pick(
          {kRead, kRead, kWrite, kWrite, unique_values_ ? kWrite : kDelete});
    if (model_ == "cas-register") {
      return Pick({kRead, kWrite, kCompareAndSet, kCompareAndSet, kDelete});
    }
    if (model_ == "multi-register") {
      return Pick({kTransaction, kTransaction, kTransaction, kRead, kWrite});
    }
    if (model_ == "map") {
      return Pick(
          {kRead, kRead, kWrite, kAppend, kAppend, kCompareAndSet, kDelete});
    }
    if (model_ == "set") return Pick({kRead, kRead, kAdd, kAdd, kRemove});
    if (model_ == "queue") return Pick({kEnqueue, kDequeue});
    return Pick({kAcquire, kRelease});
  }

  OperationKind Pick(const std::vector<OperationKind>& kinds) {
    return kinds[static_cast<std::size_t>(
        Below(static_cast<int>(kinds.size())))];
  }

  Operation Invoke(std::size_t i) {
    Operation operation;
    operation.process = Below(3);
    operation.kind = Kind();
    operation.key = "k" + std::to_string(Below(keys_));
    if (Writes(operation.kind)) operation.value = Value(i + 1);
    if (operation.kind == OperationKind::kCompareAndSet && !Chance(5)) {
      operation.expected = Value(0);
    }
    if (operation.kind == OperationKind::kTransaction) {
      for (int accesses = 1 + Below(3); accesses > 0; --accesses) {
        Access access{Chance(2), "k" + std::to_string(Below(3)), {}};
        if (access.write) access.value = Value(i + 1);
        operation.accesses.push_back(access);
      }
    }
    operation.invoked_ns = Below(latest_);
    operation.completed_ns = operation.invoked_ns + Below(5);
    return operation;
  }

  void LetTakeEffect(History& history) {
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::size_t i = 0; i < history.operations.size(); ++i) {
      const Operation& operation = history.operations[i];
      const auto length =
          static_cast<int>(operation.completed_ns - operation.invoked_ns);
      order.emplace_back(operation.invoked_ns + Below(length + 1), i);
    }
    std::shuffle(order.begin(), order.end(), random_);
    std::stable_sort(
        order.begin(), order.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    const LinearizabilityOracle object(model_, FailMeaning::kAbsent, {});
    LinearizabilityOracle::State state;
    for (const auto& [time, i] : order) {
      object.Step(state, history.operations[i], true);
    }
  }

  // The client never learnt what came of it.
  void Forget(Operation& operation) {
    operation.outcome = Outcome::kUnknown;
    operation.completed_ns = std::numeric_limits<std::int64_t>::max();
    const bool written =
        Writes(operation.kind) || operation.kind == OperationKind::kTransaction;
    if (!written) operation.value.reset();
    operation.elements.clear();
    for (Access& access : operation.accesses) {
      if (!access.write) access.value.reset();
    }
  }

  const std::string model_;
  std::mt19937_64 random_;
  bool unique_values_ = false;
  int keys_ = 1;
  int latest_ = 12;
};

}  // namespace faultline
