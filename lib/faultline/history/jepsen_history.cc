#include "faultline/history/jepsen_history.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/history/jepsen_value.h"

namespace faultline::internal {
namespace {

Outcome ToOutcome(const std::string& type) {
  if (type == "ok") return Outcome::kOk;
  return type == "fail" ? Outcome::kFail : Outcome::kUnknown;
}

}  // namespace

void JepsenHistory::Use(const JepsenEvent& event) {
  empty_ = false;
  if (!event.process) return;
  const int process = *event.process;
  if (event.type == "invoke") return Invoke(process, event);
  Complete(process, event);
}

// The order of the file is the order of the events, whatever the clock of the
// control node said: no two get the same time.
std::int64_t JepsenHistory::NextTime(const JepsenEvent& event) const {
  const std::int64_t next = builder_.last_time() + 1;
  if (next >= kNever - 1) throw UsageError(":time is too large");
  return std::min(std::max(event.time_ns.value_or(0), next), kNever - 1);
}

void JepsenHistory::Invoke(int process, const JepsenEvent& event) {
  Operation operation;
  operation.process = process;
  operation.kind = ToOperationKind(event.function);
  operation.invoked_ns = NextTime(event);
  Open open{event.function, std::nullopt};
  if (event.key) {
    operation.key = *event.key;
    SetInvokedValue(operation, event.value);
  } else if (IsKeyTuple(operation.kind, event.value)) {
    open.tuple_key = operation.key = ToText(event.value.items[0]);
    SetInvokedValue(operation, event.value.items[1]);
  } else {
    SetInvokedValue(operation, event.value);
  }
  builder_.Invoke(std::move(operation));
  open_.insert_or_assign(process, std::move(open));
}

void JepsenHistory::Complete(int process, const JepsenEvent& event) {
  Operation& operation = builder_.OpenOperation(process);
  const Open& open = open_.at(process);
  if (event.function != open.function) {
    throw UsageError(fmt::format("process {} answers :{}, but invoked :{}",
                                 process, event.function, open.function));
  }
  const Outcome outcome = ToOutcome(event.type);
  operation.error = event.error;
  if (outcome == Outcome::kOk && open.tuple_key) {
    const EdnValue& tuple = event.value;
    if (tuple.kind != EdnValue::Kind::kVector || tuple.items.size() != 2 ||
        ToText(tuple.items[0]) != *open.tuple_key) {
      throw UsageError(fmt::format("process {} answers for another key than {}",
                                   process, *open.tuple_key));
    }
    SetAnsweredValue(operation, tuple.items[1]);
  } else if (outcome == Outcome::kOk) {
    SetAnsweredValue(operation, event.value);
  }
  builder_.Complete(process, outcome, NextTime(event));
}

}  // namespace faultline::internal
