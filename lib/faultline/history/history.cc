#include "faultline/history/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "faultline/base/error.h"
#include "faultline/history/json_lines.h"

namespace faultline {
namespace {

using internal::JsonLine;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kRetired = -1;

// Rebuilds a history event by event, with the rules that Recorder keeps.
class HistoryReader {
 public:
  void Use(const JsonLine& line);
  bool begun() const { return begun_; }
  History Take() { return std::move(history_); }

 private:
  void UseMetadata(const JsonLine& line);
  void UseInvocation(const JsonLine& line);
  void UseCompletion(const JsonLine& line, Outcome outcome);
  void UseFaultBegin(const JsonLine& line);
  void UseFaultEnd(const JsonLine& line);
  std::int64_t NextTime(const JsonLine& line);

  History history_;
  bool begun_ = false;
  std::int64_t last_time_ = 0;
  std::unordered_map<int, std::int64_t> busy_;  // process -> open operation
};

void HistoryReader::Use(const JsonLine& line) {
  const std::string type = line.Text("type");
  if (!begun_ && type != "meta") {
    throw UsageError("does not begin with a \"meta\" line");
  }
  if (type == "meta") return UseMetadata(line);
  if (type == "invoke") return UseInvocation(line);
  if (type == "fault_begin") return UseFaultBegin(line);
  if (type == "fault_end") return UseFaultEnd(line);
  UseCompletion(line, ParseOutcome(type));
}

void HistoryReader::UseMetadata(const JsonLine& line) {
  if (begun_) throw UsageError("a second \"meta\" line");
  if (const std::int64_t version = line.Integer("version"); version != 1) {
    throw UsageError(
        fmt::format("version {} of the format, known: 1", version));
  }
  const auto metadata = line.object().find("metadata");
  if (metadata == line.object().end() || !metadata->is_object()) {
    throw UsageError("lacks \"metadata\"");
  }
  for (const auto& [name, value] : metadata->items()) {
    if (!value.is_string()) {
      throw UsageError(fmt::format("metadata \"{}\" is not a string", name));
    }
    history_.metadata[name] = value.get<std::string>();
  }
  begun_ = true;
}

std::int64_t HistoryReader::NextTime(const JsonLine& line) {
  const std::int64_t time = line.Integer("time");
  if (time < last_time_) throw UsageError("\"time\" goes back");
  return last_time_ = time;
}

void HistoryReader::UseInvocation(const JsonLine& line) {
  const auto id = static_cast<std::int64_t>(history_.operations.size());
  if (line.Integer("id") != id) {
    throw UsageError(fmt::format("the next operation has \"id\" {}", id));
  }
  Operation operation{.process = line.SmallInteger("process"),
                      .kind = ParseOperationKind(line.Text("op")),
                      .key = line.Text("key"),
                      .value = line.OptionalText("value"),
                      .expected = line.OptionalText("expected"),
                      .invoked_ns = NextTime(line),
                      .completed_ns = kNever,
                      .outcome = Outcome::kUnknown,
                      .revision = 0,
                      .error = {}};
  const bool writes = Writes(operation.kind);
  if (writes != operation.value.has_value()) {
    throw UsageError(writes ? "a write without \"value\""
                            : "\"value\" without a write");
  }
  const auto [busy, free] = busy_.try_emplace(operation.process, id);
  if (!free) {
    throw UsageError(fmt::format("process {} has {}", operation.process,
                                 busy->second == kRetired
                                     ? "an unknown outcome and must not go on"
                                     : "an operation open"));
  }
  history_.operations.push_back(std::move(operation));
}

void HistoryReader::UseCompletion(const JsonLine& line, Outcome outcome) {
  const std::int64_t id = line.Integer("id");
  const int process = line.SmallInteger("process");
  const auto busy = busy_.find(process);
  if (id < 0 || busy == busy_.end() || busy->second != id) {
    throw UsageError(
        fmt::format("process {} has no open operation {}", process, id));
  }
  Operation& operation = history_.operations[static_cast<std::size_t>(id)];
  const std::int64_t now = NextTime(line);
  if (operation.kind == OperationKind::kRead) {
    operation.value = line.OptionalText("value");
  }
  operation.revision = line.IntegerOr("revision", 0);
  operation.error = line.OptionalText("error").value_or("");
  operation.outcome = outcome;
  if (outcome == Outcome::kUnknown) {
    busy->second = kRetired;
    return;
  }
  operation.completed_ns = now;
  busy_.erase(busy);
}

void HistoryReader::UseFaultBegin(const JsonLine& line) {
  const auto id = static_cast<std::int64_t>(history_.faults.size());
  if (line.Integer("id") != id) {
    throw UsageError(fmt::format("the next fault has \"id\" {}", id));
  }
  std::string name = line.Text("name");
  std::string target = line.Text("target");
  history_.faults.push_back(
      {std::move(name), std::move(target), NextTime(line), kNever});
}

void HistoryReader::UseFaultEnd(const JsonLine& line) {
  const std::int64_t id = line.Integer("id");
  const auto count = static_cast<std::int64_t>(history_.faults.size());
  if (id < 0 || id >= count ||
      history_.faults[static_cast<std::size_t>(id)].end_ns != kNever) {
    throw UsageError(fmt::format("no open fault {}", id));
  }
  history_.faults[static_cast<std::size_t>(id)].end_ns = NextTime(line);
}

}  // namespace

std::int64_t History::CountAcknowledged() const {
  return std::count_if(operations.begin(), operations.end(),
                       [](const Operation& operation) {
                         return operation.outcome == Outcome::kOk;
                       });
}

History ReadHistory(const std::filesystem::path& file) {
  HistoryReader reader;
  internal::ForEachJsonLine(
      file, [&reader](const JsonLine& line) { reader.Use(line); });
  if (!reader.begun()) {
    throw UsageError(
        fmt::format("{}:1: not a history: no \"meta\" line", file.string()));
  }
  return reader.Take();
}

}  // namespace faultline
