#pragma once

#include <cstdint>
#include <limits>
#include <unordered_map>

#include "faultline/history/history.h"

namespace faultline::internal {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Rebuilds a history from invocations and completions in the order they
// happened, with the rules of docs/history-format.md: a process has one
// operation open at a time and is never used again after an unknown outcome,
// times never go back. Its calls throw UsageError with the reason.
class HistoryBuilder {
 public:
  // Where what follows stands in the file.
  void SetLine(int line) { line_ = line; }
  // Returns the operation's number; `operation.invoked_ns` is set.
  std::int64_t Invoke(Operation operation);
  // The open operation of `process`.
  Operation& OpenOperation(int process);
  // Closes it.
  void Complete(int process, Outcome outcome, std::int64_t now);
  // Throws if `now` lies before what came last.
  std::int64_t Advance(std::int64_t now);
  std::int64_t last_time() const { return last_time_; }

  History& history() { return history_; }
  const History& history() const { return history_; }

 private:
  History history_;
  int line_ = 0;
  std::int64_t last_time_ = 0;
  std::unordered_map<int, std::int64_t> busy_;  // process -> open operation
};

}  // namespace faultline::internal
