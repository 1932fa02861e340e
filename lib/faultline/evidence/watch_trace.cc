#include "faultline/evidence/watch_trace.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/history/json_lines.h"

namespace faultline {
namespace {

using internal::JsonLine;
using Json = nlohmann::json;
using Kind = WatchRecord::Kind;

constexpr std::array<std::pair<Kind, const char*>, 7> kTypes = {{
    {Kind::kStarted, "watch"},
    {Kind::kDelivered, "events"},
    {Kind::kProgress, "progress"},
    {Kind::kBroken, "broken"},
    {Kind::kResumed, "resume"},
    {Kind::kCompacted, "compacted"},
    {Kind::kEnded, "end"},
}};

const char* ToText(Kind kind) {
  for (const auto& [known, text] : kTypes) {
    if (known == kind) return text;
  }
  return "";
}

Kind ParseKind(const std::string& text) {
  for (const auto& [kind, known] : kTypes) {
    if (text == known) return kind;
  }
  throw UsageError(fmt::format(
      "unknown \"type\" \"{}\" (watch, events, progress, broken, resume, "
      "compacted, end)",
      text));
}

Json ToJson(const WatchEvent& event) {
  Json json = {{"revision", event.revision}, {"key", event.key}};
  if (event.value) json["value"] = *event.value;
  if (event.previous) json["previous"] = *event.previous;
  if (event.created) json["created"] = *event.created;
  return json;
}

void AddRequest(Json& json, const WatchRequest& request) {
  json["key"] = request.key;
  json["prefix"] = request.prefix;
  json["puts"] = request.puts;
  json["deletes"] = request.deletes;
  json["previous"] = request.previous;
}

Json ToJson(const WatchRecord& record) {
  Json json = {{"type", ToText(record.kind)},
               {"watch", record.watch},
               {"time", record.at_ns}};
  if (record.revision != 0) json["revision"] = record.revision;
  if (record.kind == Kind::kStarted) AddRequest(json, record.request);
  if (record.kind == Kind::kDelivered) {
    json["events"] = Json::array();
    for (const WatchEvent& event : record.events) {
      json["events"].push_back(ToJson(event));
    }
  }
  if (!record.reason.empty()) json["reason"] = record.reason;
  if (!record.node.empty()) json["node"] = record.node;
  return json;
}

std::int64_t Revision(const JsonLine& line) {
  const std::int64_t revision = line.Integer("revision");
  if (revision <= 0) throw UsageError("\"revision\" is not from 1 up");
  return revision;
}

WatchEvent ToEvent(const Json& json) {
  if (!json.is_object()) throw UsageError("an event is not a JSON object");
  const JsonLine line(json);
  WatchEvent event{Revision(line),
                   line.Text("key"),
                   line.OptionalText("value"),
                   line.OptionalText("previous"),
                   {}};
  if (line.Has("created")) event.created = line.Boolean("created");
  return event;
}

std::vector<WatchEvent> ToEvents(const JsonLine& line) {
  std::vector<WatchEvent> events;
  for (const Json& event : line.Array("events")) {
    events.push_back(ToEvent(event));
  }
  if (events.empty()) throw UsageError("\"events\" is empty");
  return events;
}

WatchRequest ToRequest(const JsonLine& line) {
  return {line.Text("key"), line.Boolean("prefix"), line.Boolean("puts"),
          line.Boolean("deletes"), line.Boolean("previous")};
}

WatchRecord ToRecord(const JsonLine& line) {
  WatchRecord record;
  record.kind = ParseKind(line.Text("type"));
  record.watch = line.SmallInteger("watch");
  record.at_ns = line.Integer("time");
  const bool optional =
      record.kind == Kind::kStarted || record.kind == Kind::kEnded;
  const bool none =
      record.kind == Kind::kDelivered || record.kind == Kind::kBroken;
  if (!none && (!optional || line.Has("revision"))) {
    record.revision = Revision(line);
  }
  if (record.kind == Kind::kStarted) record.request = ToRequest(line);
  if (record.kind == Kind::kDelivered) record.events = ToEvents(line);
  record.reason = line.OptionalText("reason").value_or("");
  record.node = line.OptionalText("node").value_or("");
  return record;
}

// Whether each watch is open, broken or not there: what may happen to it next.
class WatchStates {
 public:
  void Use(const WatchRecord& record);

 private:
  std::map<int, bool> open_;  // by watch
  std::int64_t last_time_ = 0;
};

void WatchStates::Use(const WatchRecord& record) {
  if (record.at_ns < last_time_) throw UsageError("\"time\" goes back");
  last_time_ = record.at_ns;
  const auto [state, is_new] = open_.try_emplace(record.watch, true);
  const bool starts = record.kind == Kind::kStarted;
  if (starts != is_new) {
    throw UsageError(
        fmt::format("watch {} {}", record.watch,
                    starts ? "is started twice" : "was never started"));
  }
  const bool resumes = record.kind == Kind::kResumed;
  if (!resumes && !state->second) {
    throw UsageError(fmt::format("watch {} is not open", record.watch));
  }
  state->second = record.kind != Kind::kBroken &&
                  record.kind != Kind::kCompacted &&
                  record.kind != Kind::kEnded;
}

}  // namespace

bool Wants(const WatchRequest& request, const std::string& key, bool deletes) {
  const bool inside =
      request.prefix ? key.starts_with(request.key) : key == request.key;
  return inside && (deletes ? request.deletes : request.puts);
}

std::string WatchTraceToJsonLines(const WatchTrace& trace) {
  std::string lines;
  for (const WatchRecord& record : trace) {
    lines +=
        ToJson(record).dump(-1, ' ', false, Json::error_handler_t::replace) +
        "\n";
  }
  return lines;
}

WatchTrace ReadWatchTrace(const std::filesystem::path& file) {
  WatchTrace trace;
  WatchStates states;
  internal::ForEachJsonLine(file, [&](const JsonLine& line) {
    trace.push_back(ToRecord(line));
    states.Use(trace.back());
  });
  return trace;
}

}  // namespace faultline
