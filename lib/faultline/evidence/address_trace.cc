#include "faultline/evidence/address_trace.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/history/json_lines.h"
#include "faultline/history/json_text.h"

namespace faultline {
namespace {

using internal::JsonLine;
using internal::JsonLineWriter;

constexpr AddressFrame::Kind kKinds[] = {AddressFrame::Kind::kGratuitous,
                                         AddressFrame::Kind::kReply,
                                         AddressFrame::Kind::kAdvert};

AddressFrame::Kind ParseKind(const std::string& text) {
  for (const AddressFrame::Kind kind : kKinds)
    if (text == ToText(kind)) return kind;
  throw UsageError(
      fmt::format("unknown \"kind\" \"{}\" (gratuitous, reply, advert)", text));
}

void AddLine(AddressTrace& trace, const JsonLine& line) {
  const std::string type = line.Text("type");
  if (type == "address") {
    trace.address = line.Text("address");
  } else if (type == "claim") {
    trace.claims.push_back({.at_ns = line.Integer("time"),
                            .node = line.Text("node"),
                            .holds = line.Boolean("holds")});
  } else if (type == "frame") {
    trace.frames.push_back(
        {.at_ns = line.Integer("time"),
         .kind = ParseKind(line.Text("kind")),
         .node = line.Text("node"),
         .priority = static_cast<int>(line.IntegerOr("priority", 0))});
  } else if (type == "end") {
    trace.ended_ns = line.Integer("time");
  } else {
    throw UsageError(fmt::format(
        "unknown \"type\" \"{}\" (address, claim, frame, end)", type));
  }
}

}  // namespace

const char* ToText(AddressFrame::Kind kind) {
  switch (kind) {
    case AddressFrame::Kind::kGratuitous:
      return "gratuitous";
    case AddressFrame::Kind::kReply:
      return "reply";
    case AddressFrame::Kind::kAdvert:
      break;
  }
  return "advert";
}

std::string ToJsonLine(const AddressClaim& claim) {
  JsonLineWriter line("claim");
  line.Add("time", claim.at_ns).Add("node", claim.node);
  return line.AddJson("holds", claim.holds ? "true" : "false").Finish();
}

std::string ToJsonLine(const AddressFrame& frame) {
  JsonLineWriter line("frame");
  line.Add("time", frame.at_ns).Add("kind", ToText(frame.kind));
  line.Add("node", frame.node);
  if (frame.kind == AddressFrame::Kind::kAdvert)
    line.Add("priority", static_cast<std::int64_t>(frame.priority));
  return line.Finish();
}

std::string AddressTraceBeginLine(const std::string& address) {
  return JsonLineWriter("address").Add("address", address).Finish();
}

std::string AddressTraceEndLine(std::int64_t ended_ns) {
  return JsonLineWriter("end").Add("time", ended_ns).Finish();
}

AddressTrace ReadAddressTrace(const std::filesystem::path& file) {
  AddressTrace trace;
  internal::ForEachJsonLine(
      file, [&trace](const JsonLine& line) { AddLine(trace, line); });
  return trace;
}

}  // namespace faultline
