#include "faultline/history/event_text.h"

#include "faultline/history/operation_fields.h"

namespace faultline::internal {
namespace {

std::string ToJson(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    if (json.size() > 1) json += ',';
    AppendJsonText(json, text);
  }
  return json + "]";
}

std::string ToJson(const Access& access) {
  JsonLineWriter line;
  line.Add("op", access.write ? "write" : "read").Add("key", access.key);
  if (access.value) line.Add("value", *access.value);
  std::string json = line.Finish();
  json.pop_back();  // its newline
  return json;
}

std::string ToJson(const std::vector<Access>& accesses) {
  std::string json = "[";
  for (const Access& access : accesses) {
    if (json.size() > 1) json += ',';
    json += ToJson(access);
  }
  return json + "]";
}

}  // namespace

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

JsonLineWriter InvokeEvent(const Operation& operation) {
  JsonLineWriter line("invoke");
  line.Add("process", std::int64_t{operation.process})
      .Add("op", ToText(operation.kind))
      .Add("key", operation.key);
  if (operation.value && Writes(operation.kind)) {
    line.Add("value", *operation.value);
  }
  if (operation.expected && operation.kind == OperationKind::kCompareAndSet) {
    line.Add("expected", *operation.expected);
  }
  if (operation.kind == OperationKind::kTransaction) {
    line.AddJson("accesses", ToJson(operation.accesses));
  }
  if (operation.call) {
    line.Add("function", operation.call->function)
        .Add("input", operation.call->input);
  }
  return line;
}

JsonLineWriter CompleteEvent(const Operation& operation) {
  JsonLineWriter line(ToText(operation.outcome));
  line.Add("process", std::int64_t{operation.process});
  if (AnswersValue(operation.kind) && operation.value) {
    line.Add("value", *operation.value);
  }
  if (operation.kind == OperationKind::kRead && !operation.elements.empty()) {
    line.AddJson("elements", ToJson(operation.elements));
  }
  if (operation.kind == OperationKind::kTransaction &&
      operation.outcome == Outcome::kOk) {
    line.AddJson("accesses", ToJson(operation.accesses));
  }
  if (operation.call && operation.outcome == Outcome::kOk)
    line.Add("output", operation.call->output);
  if (operation.revision != 0) line.Add("revision", operation.revision);
  if (!operation.error.empty()) line.Add("error", operation.error);
  return line;
}

std::string Stamp(JsonLineWriter event, std::int64_t id, std::int64_t time) {
  return event.Add("id", id).Add("time", time).Finish();
}

}  // namespace faultline::internal
