#include "faultline/history/history_builder.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

constexpr std::int64_t kRetired = -1;

}  // namespace

std::int64_t HistoryBuilder::Advance(std::int64_t now) {
  if (now < last_time_) throw UsageError("\"time\" goes back");
  return last_time_ = now;
}

std::int64_t HistoryBuilder::Invoke(Operation operation) {
  const auto id = static_cast<std::int64_t>(history_.operations.size());
  const auto [busy, free] = busy_.try_emplace(operation.process, id);
  if (!free) {
    throw UsageError(fmt::format("process {} has {}", operation.process,
                                 busy->second == kRetired
                                     ? "an unknown outcome and must not go on"
                                     : "an operation open"));
  }
  Advance(operation.invoked_ns);
  operation.completed_ns = kNever;
  operation.outcome = Outcome::kUnknown;
  history_.operations.push_back(std::move(operation));
  history_.lines.push_back({line_, 0});
  return id;
}

Operation& HistoryBuilder::OpenOperation(int process) {
  const auto busy = busy_.find(process);
  if (busy == busy_.end() || busy->second == kRetired) {
    throw UsageError(fmt::format("process {} has no open operation", process));
  }
  return history_.operations[static_cast<std::size_t>(busy->second)];
}

void HistoryBuilder::Complete(int process, Outcome outcome, std::int64_t now) {
  Operation& operation = OpenOperation(process);
  Advance(now);
  operation.outcome = outcome;
  history_.lines[static_cast<std::size_t>(busy_.at(process))].completed = line_;
  if (outcome == Outcome::kUnknown) {
    busy_[process] = kRetired;
    return;
  }
  operation.completed_ns = now;
  busy_.erase(process);
}

}  // namespace faultline::internal
