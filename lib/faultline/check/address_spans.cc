#include "faultline/check/address_spans.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

namespace faultline::internal {
namespace {

// Sorted, with nothing before `from_ns` and nothing empty.
std::vector<AddressSpan> Tidied(std::vector<AddressSpan> spans,
                                std::int64_t from_ns) {
  std::erase_if(spans, [from_ns](const AddressSpan& span) {
    return span.until_ns <= from_ns || span.until_ns < span.from_ns;
  });
  for (AddressSpan& span : spans)
    span.from_ns = std::max(span.from_ns, from_ns);
  std::ranges::stable_sort(spans, {}, &AddressSpan::from_ns);
  return spans;
}

bool Touches(const FaultInterval& fault, const std::string& node) {
  return ("," + fault.target + ",").find("," + node + ",") != std::string::npos;
}

bool EndsItsMemory(const FaultInterval& fault) {
  return fault.name == "power-cut" || fault.name == "power-cut-unflushed" ||
         fault.name == "reset";
}

// What is left of the span when its machine stood still or lost its power.
std::vector<AddressSpan> Without(const FaultInterval& fault,
                                 const AddressSpan& span) {
  const bool ends = EndsItsMemory(fault);
  if ((!ends && fault.name != "freeze") || !Touches(fault, span.node) ||
      fault.begin_ns >= span.until_ns || fault.end_ns <= span.from_ns)
    return {span};
  std::vector<AddressSpan> left;
  if (fault.begin_ns > span.from_ns)
    left.push_back({span.node, span.from_ns, fault.begin_ns});
  if (!ends && fault.end_ns < span.until_ns)
    left.push_back({span.node, fault.end_ns, span.until_ns});
  return left;
}

std::vector<AddressSpan> ClaimedSpans(const AddressTrace& trace) {
  std::vector<AddressSpan> spans;
  std::map<std::string, std::int64_t> since;
  for (const AddressClaim& claim : trace.claims) {
    const auto held = since.find(claim.node);
    if (claim.holds && held == since.end()) {
      since.emplace(claim.node, claim.at_ns);
    } else if (!claim.holds && held != since.end()) {
      spans.push_back({claim.node, held->second, claim.at_ns});
      since.erase(held);
    }
  }
  for (const auto& [node, from_ns] : since)
    spans.push_back({node, from_ns, trace.ended_ns});
  return spans;
}

}  // namespace

std::vector<AddressSpan> HoldingSpans(const AddressTrace& trace,
                                      const std::vector<FaultInterval>& faults,
                                      std::int64_t from_ns) {
  std::vector<AddressSpan> spans = ClaimedSpans(trace);
  for (const FaultInterval& fault : faults) {
    std::vector<AddressSpan> left;
    for (const AddressSpan& span : spans)
      for (AddressSpan& part : Without(fault, span))
        left.push_back(std::move(part));
    spans = std::move(left);
  }
  return Tidied(std::move(spans), from_ns);
}

std::vector<AddressSpan> AnsweringSpans(const AddressTrace& trace,
                                        std::int64_t from_ns,
                                        std::int64_t longest_pause_ns) {
  std::vector<AddressSpan> spans;
  std::map<std::string, AddressSpan> open;
  for (const AddressFrame& frame : trace.frames) {
    if (frame.kind != AddressFrame::Kind::kReply || frame.at_ns < from_ns)
      continue;
    auto [found, is_new] = open.try_emplace(
        frame.node, AddressSpan{frame.node, frame.at_ns, frame.at_ns});
    AddressSpan& span = found->second;
    if (!is_new && frame.at_ns - span.until_ns > longest_pause_ns) {
      spans.push_back(span);
      span.from_ns = frame.at_ns;
    }
    span.until_ns = frame.at_ns;
  }
  for (const auto& [node, span] : open) spans.push_back(span);
  return Tidied(std::move(spans), from_ns);
}

std::vector<AddressOverlap> Overlaps(const std::vector<AddressSpan>& spans) {
  std::vector<AddressOverlap> overlaps;
  for (auto one = spans.begin(); one != spans.end(); ++one) {
    for (auto other = one + 1; other != spans.end(); ++other) {
      const std::int64_t from = std::max(one->from_ns, other->from_ns);
      const std::int64_t until = std::min(one->until_ns, other->until_ns);
      if (one->node != other->node && from < until)
        overlaps.push_back({one->node, other->node, from, until});
    }
  }
  return overlaps;
}

std::vector<AddressSpan> Gaps(const std::vector<AddressSpan>& spans,
                              std::int64_t end_ns) {
  std::vector<AddressSpan> gaps;
  if (spans.empty()) return gaps;
  const AddressSpan* last = &spans.front();
  for (const AddressSpan& span : spans) {
    if (span.from_ns > last->until_ns)
      gaps.push_back({last->node, last->until_ns, span.from_ns});
    if (span.until_ns > last->until_ns) last = &span;
  }
  if (last->until_ns < end_ns)
    gaps.push_back({last->node, last->until_ns, end_ns});
  return gaps;
}

std::vector<std::string> Sequence(const std::vector<AddressSpan>& spans) {
  std::vector<std::string> nodes;
  for (const AddressSpan& span : spans)
    if (nodes.empty() || nodes.back() != span.node) nodes.push_back(span.node);
  return nodes;
}

}  // namespace faultline::internal
