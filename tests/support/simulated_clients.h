#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "faultline/history/history.h"

namespace faultline {

struct SimulatedTraffic {
  std::size_t operations = 100;
  int clients = 5;
  int keys = 1;
  int values = 0;  // different ones written; 0: every write its own
  double never_return = 0.01;
  bool reads_return = false;  // always
  // Shares of kinds; the rest reads.
  double write = 0.5;
  double append = 0;
  double erase = 0;
  double compare_and_set = 0;
};

// The history of simulated clients of a right map, linearizable by
// construction: each operation takes effect at a moment between invocation and
// completion. One that never returns may take effect much later, or never; its
// client goes on as a new process. The same for the same seed.
class SimulatedClients {
 public:
  SimulatedClients(SimulatedTraffic traffic, std::uint64_t seed)
      : traffic_(traffic), random_(seed) {}

  History Run() {
    InvokeAll();
    std::vector<std::size_t> order(effects_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return effects_[a] < effects_[b];
    });
    for (const std::size_t i : order) {
      if (effects_[i] != kNever) TakeEffect(history_.operations[i]);
    }
    for (Operation& operation : history_.operations) {
      if (operation.outcome != Outcome::kUnknown) continue;
      if (operation.kind == OperationKind::kRead) operation.value.reset();
      operation.completed_ns = kNever;
    }
    return std::move(history_);
  }

 private:
  static constexpr std::int64_t kNever =
      std::numeric_limits<std::int64_t>::max();

  double Fraction() {
    return std::uniform_real_distribution<double>(0, 1)(random_);
  }
  std::int64_t Nanoseconds(double mean) {
    return 1 + static_cast<std::int64_t>(
                   std::exponential_distribution<double>(1 / mean)(random_));
  }
  std::uint64_t Below(int end) {
    return random_() % static_cast<std::uint64_t>(end);
  }

  std::string Value() {
    const std::uint64_t number =
        traffic_.values == 0 ? ++written_ : Below(traffic_.values);
    return std::to_string(number) + (traffic_.append > 0 ? " " : "");
  }

  void Choose(Operation& operation) {
    operation.key = "k" + std::to_string(Below(traffic_.keys));
    double share = Fraction();
    const auto falls = [&share](double wanted) {
      share -= wanted;
      return share < 0;
    };
    if (falls(traffic_.write)) {
      operation.kind = OperationKind::kWrite;
    } else if (falls(traffic_.append)) {
      operation.kind = OperationKind::kAppend;
    } else if (falls(traffic_.compare_and_set)) {
      operation.kind = OperationKind::kCompareAndSet;
      operation.expected = Value();
    } else if (falls(traffic_.erase)) {
      operation.kind = OperationKind::kDelete;
    }
    if (Writes(operation.kind)) operation.value = Value();
  }

  // In order of invocation: always the client that is free first.
  void InvokeAll() {
    using Free = std::pair<std::int64_t, int>;  // from when, process
    std::vector<Free> clients;
    int processes = 0;
    for (; processes < traffic_.clients; ++processes) {
      clients.emplace_back(Nanoseconds(1000), processes);
    }
    const auto later = std::greater<>();
    std::make_heap(clients.begin(), clients.end(), later);
    history_.operations.reserve(traffic_.operations);
    while (history_.operations.size() < traffic_.operations) {
      std::pop_heap(clients.begin(), clients.end(), later);
      auto& [free, process] = clients.back();
      Operation& operation = history_.operations.emplace_back();
      operation.process = process;
      Choose(operation);
      operation.invoked_ns = free;
      operation.completed_ns = free + Nanoseconds(1000);
      operation.outcome = Outcome::kOk;
      std::int64_t effect =
          free + static_cast<std::int64_t>(
                     Fraction() *
                     static_cast<double>(operation.completed_ns - free + 1));
      const bool returns =
          traffic_.reads_return && operation.kind == OperationKind::kRead;
      if (!returns && Fraction() < traffic_.never_return) {
        operation.outcome = Outcome::kUnknown;
        process = processes++;
        effect = Fraction() < 0.5 ? free + Nanoseconds(5000) : kNever;
      }
      effects_.push_back(effect);
      free = operation.completed_ns + Nanoseconds(200);
      std::push_heap(clients.begin(), clients.end(), later);
    }
  }

  void TakeEffect(Operation& operation) {
    std::optional<std::string>& value = values_[operation.key];
    switch (operation.kind) {
      case OperationKind::kRead:
        operation.value = value;
        break;
      case OperationKind::kDelete:
        value.reset();
        break;
      case OperationKind::kAppend:
        value = value.value_or("") + *operation.value;
        break;
      case OperationKind::kCompareAndSet:
        if (value != operation.expected) {
          if (operation.outcome == Outcome::kOk) {
            operation.outcome = Outcome::kFail;
          }
          break;
        }
        [[fallthrough]];
      default:
        value = operation.value;
    }
  }

  const SimulatedTraffic traffic_;
  std::mt19937_64 random_;
  History history_;
  std::vector<std::int64_t> effects_;
  std::map<std::string, std::optional<std::string>> values_;
  std::uint64_t written_ = 0;
};

}  // namespace faultline
