#include "faultline/history/json_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/history/operation_fields.h"

namespace faultline::internal {
namespace {

using Json = nlohmann::json;

Access ToAccess(const Json& json) {
  if (!json.is_object()) throw UsageError("an access is not a JSON object");
  const JsonLine access(json);
  const OperationKind kind = ParseOperationKind(access.Text("op"));
  const bool write = kind == OperationKind::kWrite;
  if (!write && kind != OperationKind::kRead) {
    throw UsageError("an access neither reads nor writes");
  }
  Access result{write, access.Text("key"), access.OptionalText("value")};
  if (write && !result.value) throw UsageError("an access writes no \"value\"");
  return result;
}

std::vector<Access> ToAccesses(const JsonLine& line) {
  std::vector<Access> accesses;
  for (const Json& access : line.Array("accesses")) {
    accesses.push_back(ToAccess(access));
  }
  if (accesses.empty()) throw UsageError("\"accesses\" is empty");
  return accesses;
}

std::vector<std::string> ToElements(const JsonLine& line) {
  std::vector<std::string> elements;
  if (!line.Has("elements")) return elements;
  for (const Json& element : line.Array("elements")) {
    if (!element.is_string()) {
      throw UsageError("one of \"elements\" is not a string");
    }
    elements.push_back(element.get<std::string>());
  }
  return elements;
}

bool AsksSame(const std::vector<Access>& asked,
              const std::vector<Access>& answered) {
  return std::equal(asked.begin(), asked.end(), answered.begin(),
                    answered.end(), [](const Access& a, const Access& b) {
                      return a.write == b.write && a.key == b.key &&
                             (!a.write || a.value == b.value);
                    });
}

void SetAnswer(Operation& operation, const JsonLine& line, Outcome outcome) {
  if (AnswersValue(operation.kind)) {
    operation.value = line.OptionalText("value");
  }
  if (operation.kind == OperationKind::kRead) {
    operation.elements = ToElements(line);
    operation.shows_elements = line.Has("elements");
  }
  if (operation.kind == OperationKind::kTransaction &&
      outcome == Outcome::kOk) {
    std::vector<Access> answered = ToAccesses(line);
    if (!AsksSame(operation.accesses, answered)) {
      throw UsageError("answers other \"accesses\" than it invoked");
    }
    operation.accesses = std::move(answered);
  }
  if (operation.call && outcome == Outcome::kOk)
    AnswerCall(operation, line.Text("output"));
  operation.revision = line.IntegerOr("revision", 0);
  operation.error = line.OptionalText("error").value_or("");
}

}  // namespace

void JsonHistory::Use(const JsonLine& line) {
  builder_.SetLine(line.number());
  const std::string type = line.Text("type");
  if (!begun_ && type != "meta") {
    throw UsageError("does not begin with a \"meta\" line");
  }
  if (type == "meta") return UseMetadata(line);
  if (type == "invoke") return UseInvocation(line);
  if (type == "fault_begin") return UseFaultBegin(line);
  if (type == "fault_effect") return UseFaultEffect(line);
  if (type == "fault_end") return UseFaultEnd(line);
  if (type == "fault_recovered") return UseFaultRecovered(line);
  UseCompletion(line, ParseOutcome(type));
}

void JsonHistory::UseMetadata(const JsonLine& line) {
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
    builder_.history().metadata[name] = value.get<std::string>();
  }
  begun_ = true;
}

void JsonHistory::UseInvocation(const JsonLine& line) {
  const auto id =
      static_cast<std::int64_t>(builder_.history().operations.size());
  if (line.Integer("id") != id) {
    throw UsageError(fmt::format("the next operation has \"id\" {}", id));
  }
  Operation operation;
  operation.process = line.SmallInteger("process");
  operation.kind = ParseOperationKind(line.Text("op"));
  operation.key = line.Text("key");
  operation.value = line.OptionalText("value");
  operation.expected = line.OptionalText("expected");
  operation.invoked_ns = line.Integer("time");
  const bool writes = Writes(operation.kind);
  if (writes != operation.value.has_value()) {
    throw UsageError(writes ? "a write without \"value\""
                            : "\"value\" without a write");
  }
  if (operation.kind == OperationKind::kTransaction) {
    operation.accesses = ToAccesses(line);
  }
  if (operation.kind == OperationKind::kCall) {
    operation.call = std::make_shared<const Call>(
        Call{line.Text("function"), line.OptionalText("input").value_or("")});
  }
  const int process = operation.process;
  builder_.Invoke(std::move(operation));
  open_[process] = id;
}

void JsonHistory::UseCompletion(const JsonLine& line, Outcome outcome) {
  const std::int64_t id = line.Integer("id");
  const int process = line.SmallInteger("process");
  const auto open = open_.find(process);
  if (open == open_.end() || open->second != id) {
    throw UsageError(
        fmt::format("process {} has no open operation {}", process, id));
  }
  open_.erase(open);
  SetAnswer(builder_.OpenOperation(process), line, outcome);
  builder_.Complete(process, outcome, line.Integer("time"));
}

void JsonHistory::UseFaultBegin(const JsonLine& line) {
  std::vector<FaultInterval>& faults = builder_.history().faults;
  const auto id = static_cast<std::int64_t>(faults.size());
  if (line.Integer("id") != id) {
    throw UsageError(fmt::format("the next fault has \"id\" {}", id));
  }
  FaultInterval fault{line.Text("name"), line.Text("target"),
                      builder_.Advance(line.Integer("time")), kNever};
  faults.push_back(std::move(fault));
}

FaultInterval& JsonHistory::FaultOf(const JsonLine& line, bool open) {
  std::vector<FaultInterval>& faults = builder_.history().faults;
  const std::int64_t id = line.Integer("id");
  const auto count = static_cast<std::int64_t>(faults.size());
  if (id < 0 || id >= count ||
      (faults[static_cast<std::size_t>(id)].end_ns == kNever) != open) {
    throw UsageError(
        fmt::format("no {} fault {}", open ? "open" : "ended", id));
  }
  return faults[static_cast<std::size_t>(id)];
}

void JsonHistory::UseFaultEffect(const JsonLine& line) {
  FaultOf(line, true).effect_ns = builder_.Advance(line.Integer("time"));
}

void JsonHistory::UseFaultEnd(const JsonLine& line) {
  FaultOf(line, true).end_ns = builder_.Advance(line.Integer("time"));
}

void JsonHistory::UseFaultRecovered(const JsonLine& line) {
  FaultOf(line, false).recovered_ns = builder_.Advance(line.Integer("time"));
}

}  // namespace faultline::internal
