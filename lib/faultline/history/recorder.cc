#include "faultline/history/recorder.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <limits>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/history/json_text.h"

namespace faultline {
namespace {

using internal::JsonLineWriter;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
// A process with an unknown outcome: busy for ever.
constexpr std::int64_t kRetired = -1;

std::string MetadataLine(const std::map<std::string, std::string>& metadata) {
  JsonLineWriter fields;
  for (const auto& [name, value] : metadata) fields.Add(name, value);
  std::string object = fields.Finish();
  object.pop_back();  // its newline
  return JsonLineWriter("meta")
      .Add("version", std::int64_t{1})
      .AddJson("metadata", object)
      .Finish();
}

std::string InvokeLine(std::int64_t id, const Operation& operation) {
  JsonLineWriter line("invoke");
  line.Add("id", id)
      .Add("process", std::int64_t{operation.process})
      .Add("op", ToText(operation.kind))
      .Add("key", operation.key)
      .Add("time", operation.invoked_ns);
  if (operation.value) line.Add("value", *operation.value);
  if (operation.expected) line.Add("expected", *operation.expected);
  return line.Finish();
}

std::string CompleteLine(std::int64_t id, std::int64_t now,
                         const Operation& operation) {
  JsonLineWriter line(ToText(operation.outcome));
  line.Add("id", id)
      .Add("process", std::int64_t{operation.process})
      .Add("time", now);
  if (operation.kind == OperationKind::kRead && operation.value) {
    line.Add("value", *operation.value);
  }
  if (operation.revision != 0) line.Add("revision", operation.revision);
  if (!operation.error.empty()) line.Add("error", operation.error);
  return line.Finish();
}

FileDescriptor Create(const std::filesystem::path& file) {
  const int fd = ::open(
      file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd >= 0) return FileDescriptor(fd);
  throw Error(
      fmt::format("history: cannot create {}: {}", file.string(), ErrnoText()));
}

}  // namespace

Recorder::Recorder(const std::filesystem::path& file,
                   std::map<std::string, std::string> metadata)
    : path_(file), file_(Create(file)) {
  history_.metadata = std::move(metadata);
  Append(MetadataLine(history_.metadata));
}

int Recorder::NewProcess() {
  const std::lock_guard lock(mutex_);
  return next_process_++;
}

std::int64_t Recorder::Invoke(const Operation& operation) {
  const std::lock_guard lock(mutex_);
  ThrowIfBroken();
  if (Writes(operation.kind) && !operation.value) {
    throw Error("history: a write without a value");
  }
  const auto id = static_cast<std::int64_t>(history_.operations.size());
  const auto [busy, free] = busy_.try_emplace(operation.process, id);
  if (!free) {
    throw Error(fmt::format(
        "history: process {} cannot invoke: {}", operation.process,
        busy->second == kRetired
            ? "an earlier operation of it has an unknown outcome"
            : fmt::format("its operation {} is still open", busy->second)));
  }
  Operation& stored = history_.operations.emplace_back(operation);
  stored.invoked_ns = Now();
  stored.completed_ns = kNever;
  stored.outcome = Outcome::kUnknown;
  stored.revision = 0;
  stored.error.clear();
  if (!Writes(stored.kind)) stored.value.reset();
  if (stored.kind != OperationKind::kCompareAndSet) stored.expected.reset();
  Append(InvokeLine(id, stored));
  return id;
}

void Recorder::Complete(std::int64_t token, const Operation& operation) {
  const std::lock_guard lock(mutex_);
  ThrowIfBroken();
  Operation& stored = history_.operations.at(static_cast<std::size_t>(token));
  const auto busy = busy_.find(stored.process);
  if (busy == busy_.end() || busy->second != token) {
    throw Error(fmt::format("history: operation {} completed twice", token));
  }
  const std::int64_t now = Now();
  stored.outcome = operation.outcome;
  stored.revision = operation.revision;
  stored.error = operation.error;
  if (stored.kind == OperationKind::kRead) stored.value = operation.value;
  if (stored.outcome == Outcome::kUnknown) {
    busy->second = kRetired;
  } else {
    busy_.erase(busy);
    stored.completed_ns = now;
  }
  if (stored.outcome == Outcome::kOk) ++acknowledged_;
  Append(CompleteLine(token, now, stored));
}

std::int64_t Recorder::BeginFault(const std::string& name,
                                  const std::string& target) {
  const std::lock_guard lock(mutex_);
  ThrowIfBroken();
  const auto id = static_cast<std::int64_t>(history_.faults.size());
  const FaultInterval& fault =
      history_.faults.emplace_back(FaultInterval{name, target, Now(), kNever});
  Append(JsonLineWriter("fault_begin")
             .Add("id", id)
             .Add("name", name)
             .Add("target", target)
             .Add("time", fault.begin_ns)
             .Finish());
  return id;
}

void Recorder::EndFault(std::int64_t token) {
  const std::lock_guard lock(mutex_);
  ThrowIfBroken();
  FaultInterval& fault = history_.faults.at(static_cast<std::size_t>(token));
  if (fault.end_ns != kNever) {
    throw Error(fmt::format("history: fault {} ended twice", token));
  }
  fault.end_ns = Now();
  Append(JsonLineWriter("fault_end")
             .Add("id", token)
             .Add("time", fault.end_ns)
             .Finish());
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
  return history_;
}

void Recorder::ThrowIfBroken() const {
  if (!broken_.empty()) throw Error(broken_);
}

void Recorder::Append(const std::string& line) {
  try {
    WriteAll(file_.get(), line, path_);
  } catch (const UsageError& error) {
    broken_ = fmt::format("history: {}", error.what());
    throw Error(broken_);
  }
}

}  // namespace faultline
