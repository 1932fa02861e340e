#include "faultline/history/recorder.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/history/event_text.h"
#include "faultline/history/operation_fields.h"

namespace faultline {
namespace {

using internal::JsonLineWriter;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
// What a process is busy with if it is not at an operation.
constexpr std::int64_t kRetired = -1;
constexpr std::int64_t kIdle = -2;

// As it was invoked: nothing answered yet.
Operation Invoked(Operation operation) {
  operation.completed_ns = kNever;
  operation.outcome = Outcome::kUnknown;
  operation.revision = 0;
  operation.error.clear();
  operation.elements.clear();
  if (!Writes(operation.kind)) operation.value.reset();
  if (operation.kind != OperationKind::kCompareAndSet) {
    operation.expected.reset();
  }
  for (Access& access : operation.accesses) {
    if (!access.write) access.value.reset();
  }
  if (operation.call && !operation.call->output.empty()) {
    operation.call = std::make_shared<const Call>(
        Call{operation.call->function, operation.call->input});
  }
  return operation;
}

void TakeAnswer(Operation& stored, const Operation& answered) {
  stored.outcome = answered.outcome;
  stored.revision = answered.revision;
  stored.error = answered.error;
  if (internal::AnswersValue(stored.kind)) stored.value = answered.value;
  if (stored.kind == OperationKind::kRead) stored.elements = answered.elements;
  if (stored.kind == OperationKind::kTransaction &&
      stored.outcome == Outcome::kOk) {
    stored.accesses = answered.accesses;
  }
  if (stored.outcome == Outcome::kOk) stored.call = answered.call;
}

bool AsksSame(const Operation& a, const Operation& b) {
  const bool calls_same =
      a.call == b.call ||
      (a.call && b.call && a.call->function == b.call->function &&
       a.call->input == b.call->input);
  return a.process == b.process && a.kind == b.kind && calls_same;
}

}  // namespace

Recorder::Recorder(const std::filesystem::path& file,
                   std::map<std::string, std::string> metadata)
    : metadata_(std::move(metadata)), file_(file) {
  Append(internal::MetadataLine(metadata_));
}

int Recorder::NewProcess() {
  const std::lock_guard lock(mutex_);
  return next_process_++;
}

void Recorder::TakeProcess(int process, std::int64_t id) {
  std::int64_t& busy = busy_.try_emplace(process, kIdle).first->second;
  if (busy != kIdle) {
    throw Error(
        fmt::format("history: process {} cannot invoke: {}", process,
                    busy == kRetired
                        ? "an earlier operation of it has an unknown outcome"
                        : fmt::format("its operation {} is still open", busy)));
  }
  busy = id;
}

std::int64_t Recorder::Invoke(const Operation& operation) {
  if (Writes(operation.kind) && !operation.value) {
    throw Error("history: a write without a value");
  }
  if ((operation.kind == OperationKind::kCall) != (operation.call != nullptr)) {
    throw Error("history: a call is an operation made by MakeCall");
  }
  Operation invoked = Invoked(operation);
  JsonLineWriter event = internal::InvokeEvent(invoked);
  const std::lock_guard lock(mutex_);
  ThrowIfBroken();
  const auto id = static_cast<std::int64_t>(operations_.size());
  TakeProcess(invoked.process, id);
  invoked.invoked_ns = Now();
  operations_.push_back(std::move(invoked));
  Append(internal::Stamp(std::move(event), id, operations_.back().invoked_ns));
  return id;
}

Operation& Recorder::OpenOperation(std::int64_t token,
                                   const Operation& answered) {
  Operation& stored = operations_.at(static_cast<std::size_t>(token));
  if (!AsksSame(stored, answered)) {
    throw Error(
        fmt::format("history: operation {} completed as one of another "
                    "process, kind or call",
                    token));
  }
  const auto busy = busy_.find(stored.process);
  if (busy == busy_.end() || busy->second != token) {
    throw Error(fmt::format("history: operation {} completed twice", token));
  }
  busy->second = answered.outcome == Outcome::kUnknown ? kRetired : kIdle;
  return stored;
}

void Recorder::Complete(std::int64_t token, const Operation& operation) {
  JsonLineWriter event = internal::CompleteEvent(operation);
  const std::lock_guard lock(mutex_);
  ThrowIfBroken();
  Operation& stored = OpenOperation(token, operation);
  const std::int64_t now = Now();
  TakeAnswer(stored, operation);
  if (stored.outcome != Outcome::kUnknown) stored.completed_ns = now;
  if (stored.outcome == Outcome::kOk) ++acknowledged_;
  Append(internal::Stamp(std::move(event), token, now));
}

std::int64_t Recorder::BeginFault(const std::string& name,
                                  const std::string& target) {
  const std::lock_guard lock(mutex_);
  ThrowIfBroken();
  const auto id = static_cast<std::int64_t>(faults_.size());
  const FaultInterval& fault =
      faults_.emplace_back(FaultInterval{name, target, Now(), kNever});
  Append(JsonLineWriter("fault_begin")
             .Add("id", id)
             .Add("name", name)
             .Add("target", target)
             .Add("time", fault.begin_ns)
             .Finish());
  return id;
}

void Recorder::FaultTookEffect(std::int64_t token) {
  const std::lock_guard lock(mutex_);
  FaultInterval& fault = faults_.at(static_cast<std::size_t>(token));
  if (fault.effect_ns || fault.end_ns != kNever)
    throw Error(fmt::format("history: fault {} took effect too late", token));
  fault.effect_ns = Now();
  MarkFault("fault_effect", token, *fault.effect_ns);
}

void Recorder::EndFault(std::int64_t token) {
  const std::lock_guard lock(mutex_);
  FaultInterval& fault = faults_.at(static_cast<std::size_t>(token));
  if (fault.end_ns != kNever) {
    throw Error(fmt::format("history: fault {} ended twice", token));
  }
  fault.end_ns = Now();
  MarkFault("fault_end", token, fault.end_ns);
}

void Recorder::FaultRecovered(std::int64_t token) {
  const std::lock_guard lock(mutex_);
  FaultInterval& fault = faults_.at(static_cast<std::size_t>(token));
  if (fault.recovered_ns || fault.end_ns == kNever) {
    throw Error(fmt::format(
        "history: fault {} recovered twice or before it was healed", token));
  }
  fault.recovered_ns = Now();
  MarkFault("fault_recovered", token, *fault.recovered_ns);
}

void Recorder::MarkFault(const char* event, std::int64_t token,
                         std::int64_t time) {
  ThrowIfBroken();
  Append(JsonLineWriter(event).Add("id", token).Add("time", time).Finish());
}

std::int64_t Recorder::Now() const {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now() - began_)
      .count();
}

std::int64_t Recorder::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

History Recorder::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return {metadata_,
          {operations_.begin(), operations_.end()},
          {faults_.begin(), faults_.end()}};
}

void Recorder::ThrowIfBroken() const {
  if (!broken_.empty()) throw Error(broken_);
}

void Recorder::Append(std::string_view line) {
  try {
    file_.Append(line);
  } catch (const Error& error) {
    broken_ = error.what();
    throw;
  }
}

}  // namespace faultline
