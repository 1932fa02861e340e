#include "faultline/evidence/vm_trace.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/history/json_lines.h"
#include "faultline/history/json_text.h"

namespace faultline {
namespace {

using internal::JsonLine;
using internal::JsonLineWriter;

VmRequest::Outcome ParseRequestOutcome(const std::string& text) {
  using Outcome = VmRequest::Outcome;
  for (const Outcome outcome :
       {Outcome::kDone, Outcome::kRefused, Outcome::kUnknown})
    if (text == ToText(outcome)) return outcome;
  throw UsageError(
      fmt::format("unknown \"outcome\" \"{}\" (done, refused, unknown)", text));
}

std::uint32_t Number(const JsonLine& line, const char* name) {
  return static_cast<std::uint32_t>(line.Unsigned(name));
}

void AddTick(VmTrace& trace, const JsonLine& line) {
  trace.ticks.push_back({.at_ns = line.Integer("time"),
                         .host = line.Text("host"),
                         .vm = line.Text("vm"),
                         .boot = Number(line, "boot"),
                         .count = Number(line, "count"),
                         .disturbed = line.Has("disturbed")});
}

void AddRequest(VmTrace& trace, const JsonLine& line) {
  trace.requests.push_back(
      {.asked_ns = line.Integer("time"),
       .answered_ns = line.Integer("answered"),
       .host = line.Text("host"),
       .vm = line.Text("vm"),
       .verb = line.Text("verb"),
       .outcome = ParseRequestOutcome(line.Text("outcome")),
       .reason = line.OptionalText("reason").value_or("")});
}

void AddFence(VmTrace& trace, const JsonLine& line) {
  trace.fences.push_back({.asked_ns = line.Integer("time"),
                          .answered_ns = line.IntegerOr("answered", 0),
                          .by = line.Text("by"),
                          .host = line.Text("host"),
                          .action = line.Text("action"),
                          .answer = line.OptionalText("answer").value_or(""),
                          .obeyed = !line.Has("disobeyed")});
}

void AddLine(VmTrace& trace, const JsonLine& line) {
  const std::string type = line.Text("type");
  if (type == "tick") return AddTick(trace, line);
  if (type == "request") return AddRequest(trace, line);
  if (type == "fence") return AddFence(trace, line);
  if (type == "end") {
    trace.ended_ns = line.Integer("time");
    return;
  }
  if (type != "state")
    throw UsageError(fmt::format(
        "unknown \"type\" \"{}\" (tick, state, request, fence, end)", type));
  trace.observations.push_back({.at_ns = line.Integer("time"),
                                .host = line.Text("host"),
                                .vm = line.Text("vm"),
                                .state = line.Text("state")});
}

}  // namespace

const char* ToText(VmRequest::Outcome outcome) {
  switch (outcome) {
    case VmRequest::Outcome::kDone:
      return "done";
    case VmRequest::Outcome::kRefused:
      return "refused";
    case VmRequest::Outcome::kUnknown:
      break;
  }
  return "unknown";
}

std::string ToJsonLine(const VmTick& tick) {
  JsonLineWriter line("tick");
  line.Add("time", tick.at_ns).Add("host", tick.host).Add("vm", tick.vm);
  line.AddUnsigned("boot", tick.boot).AddUnsigned("count", tick.count);
  if (tick.disturbed) line.AddJson("disturbed", "true");
  return line.Finish();
}

std::string ToJsonLine(const VmObservation& observation) {
  return JsonLineWriter("state")
      .Add("time", observation.at_ns)
      .Add("host", observation.host)
      .Add("vm", observation.vm)
      .Add("state", observation.state)
      .Finish();
}

std::string ToJsonLine(const VmRequest& request) {
  JsonLineWriter line("request");
  line.Add("time", request.asked_ns).Add("answered", request.answered_ns);
  line.Add("host", request.host).Add("vm", request.vm);
  line.Add("verb", request.verb).Add("outcome", ToText(request.outcome));
  if (!request.reason.empty()) line.Add("reason", request.reason);
  return line.Finish();
}

std::string ToJsonLine(const FenceRequest& fence) {
  JsonLineWriter line("fence");
  line.Add("time", fence.asked_ns);
  if (fence.answered_ns != 0) line.Add("answered", fence.answered_ns);
  line.Add("by", fence.by).Add("host", fence.host).Add("action", fence.action);
  if (!fence.answer.empty()) line.Add("answer", fence.answer);
  if (!fence.obeyed) line.AddJson("disobeyed", "true");
  return line.Finish();
}

std::string VmTraceEndLine(std::int64_t ended_ns) {
  return JsonLineWriter("end").Add("time", ended_ns).Finish();
}

VmTrace ReadVmTrace(const std::filesystem::path& file) {
  VmTrace trace;
  internal::ForEachJsonLine(
      file, [&trace](const JsonLine& line) { AddLine(trace, line); });
  return trace;
}

}  // namespace faultline
