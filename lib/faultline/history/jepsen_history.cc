#include "faultline/history/jepsen_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/history/jepsen_value.h"

namespace faultline::internal {
namespace {

Outcome ToOutcome(const std::string& type) {
  if (type == "ok") return Outcome::kOk;
  return type == "fail" ? Outcome::kFail : Outcome::kUnknown;
}

bool IsTuple(const EdnValue& value) {
  return value.kind == EdnValue::Kind::kVector && value.IsPair();
}

bool IsNilRead(const Access& access) { return !access.write && !access.value; }

// An acknowledged read, or transaction of reads, of nothing but nil.
bool ReadNil(const Operation& operation) {
  if (operation.kind == OperationKind::kTransaction) {
    return std::all_of(operation.accesses.begin(), operation.accesses.end(),
                       IsNilRead);
  }
  return operation.kind == OperationKind::kRead && !operation.value &&
         !operation.shows_elements;
}

// Whoever judges knows an operation that says nothing: a read of unknown
// outcome.
void ForgetNilReads(Operation& operation) {
  if (!ReadNil(operation)) {
    std::erase_if(operation.accesses, IsNilRead);
    return;
  }
  operation.outcome = Outcome::kUnknown;
  operation.completed_ns = kNever;
  operation.error = "it read nil, which may be any value";
}

}  // namespace

void JepsenHistory::Use(const JepsenEvent& event) {
  empty_ = false;
  if (!event.process) return;
  if (options_.ignore.contains(event.function)) {
    ++ignored_[event.function];
    return;
  }
  const int process = *event.process;
  builder_.SetLine(event.line);
  if (event.time_ns) timed_ = true;
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
  operation.kind = ToOperationKind(event.function, options_);
  operation.invoked_ns = NextTime(event);
  Open open{event.function, std::nullopt};
  if (event.key) {
    operation.key = *event.key;
    SetInvokedValue(operation, event.value, reading_);
  } else if (reading_.keyed) {
    if (!IsTuple(event.value)) {
      throw UsageError(
          fmt::format("the value of process {} is not [key value]", process));
    }
    open.tuple_key = operation.key = ToText(event.value.items[0]);
    SetInvokedValue(operation, event.value.items[1], reading_);
  } else {
    SetInvokedValue(operation, event.value, reading_);
  }
  if (operation.kind == OperationKind::kAppend && append_line_ == 0) {
    append_line_ = event.line;
  }
  builder_.Invoke(std::move(operation));
  open_.insert_or_assign(process, std::move(open));
}

void JepsenHistory::SetAnswer(Operation& operation, const Open& open,
                              const JepsenEvent& event) {
  if (!open.tuple_key) {
    return SetAnsweredValue(operation, event.value, reading_);
  }
  if (!IsTuple(event.value) ||
      ToText(event.value.items[0]) != *open.tuple_key) {
    throw UsageError(fmt::format("process {} answers for another key than {}",
                                 operation.process, *open.tuple_key));
  }
  SetAnsweredValue(operation, event.value.items[1], reading_);
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
  if (outcome == Outcome::kOk) SetAnswer(operation, open, event);
  if (operation.shows_elements && collection_line_ == 0) {
    collection_line_ = event.line;
  }
  builder_.Complete(process, outcome, NextTime(event));
  const bool forget =
      outcome == Outcome::kOk && options_.nil_read == NilRead::kAny;
  if (forget) ForgetNilReads(operation);
}

History JepsenHistory::Take() {
  if (append_line_ != 0 && collection_line_ != 0) {
    throw UsageError(
        fmt::format("reads show collections (line {}), but :append (line {}) "
                    "is known of texts only",
                    collection_line_, append_line_));
  }
  History& history = builder_.history();
  history.timed = timed_;
  if (!reading_.note.empty()) history.notes.push_back(reading_.note);
  for (const auto& [function, count] : ignored_) {
    history.notes.push_back(
        fmt::format("left out :{} ({} events), as asked", function, count));
  }
  return std::move(history);
}

}  // namespace faultline::internal
