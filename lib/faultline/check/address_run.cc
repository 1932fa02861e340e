#include "faultline/check/address_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "faultline/check/address_spans.h"
#include "faultline/check/describe.h"

namespace faultline {
namespace {

using internal::AddressOverlap;
using internal::AddressSpan;
using internal::Evidence;
using internal::TimeText;

// Of a node that answers every question, replies that the busy host loses or
// delays leave no longer pause.
constexpr std::int64_t kLongestPause = 1'000'000'000;

std::string InTurn(const std::vector<std::string>& nodes) {
  return nodes.empty() ? "nobody" : fmt::format("{}", fmt::join(nodes, ", "));
}

// "node1 and node2 both <did it> from 3 s to 5 s" for each that is too long.
Verdict JudgeOverlaps(const std::string& property, const std::string& did,
                      const std::vector<AddressSpan>& spans,
                      const AddressPromises& promises) {
  Evidence evidence;
  std::int64_t longest = 0;
  for (const AddressOverlap& overlap : internal::Overlaps(spans)) {
    longest = std::max(longest, overlap.length_ns());
    if (overlap.length_ns() > promises.handover_limit_ns)
      evidence.Add(fmt::format(
          "{} and {} both {} from {} to {}: for {}, a handover takes {} at the "
          "most",
          overlap.one, overlap.other, did, TimeText(overlap.from_ns),
          TimeText(overlap.until_ns), TimeText(overlap.length_ns()),
          TimeText(promises.handover_limit_ns)));
  }
  return evidence.Judge(
      property,
      fmt::format("in turn {}; two of them for {} at the longest",
                  InTurn(internal::Sequence(spans)), TimeText(longest)));
}

std::string NobodyHeld(const AddressTrace& trace) {
  return "no node ever said that it holds " + trace.address;
}

bool IsAnswer(const Operation& operation, const AddressTrace& trace,
              const AddressPromises& promises) {
  return operation.kind == OperationKind::kCall &&
         operation.outcome == Outcome::kOk && operation.key == trace.address &&
         operation.call->function == "ask" &&
         operation.invoked_ns >= promises.from_ns;
}

// Also a node that nobody knows: it never held it.
bool HeldAround(const std::vector<AddressSpan>& spans,
                const Operation& operation, std::int64_t slack_ns) {
  return std::ranges::any_of(spans, [&](const AddressSpan& span) {
    return span.node == operation.call->output &&
           span.from_ns <= operation.completed_ns + slack_ns &&
           span.until_ns >= operation.invoked_ns - slack_ns;
  });
}

std::vector<const Operation*> AnswersInOrder(const AddressTrace& trace,
                                             const History& history,
                                             const AddressPromises& promises) {
  std::vector<const Operation*> answers;
  for (const Operation& operation : history.operations)
    if (IsAnswer(operation, trace, promises)) answers.push_back(&operation);
  std::ranges::stable_sort(answers, {}, &Operation::completed_ns);
  return answers;
}

// Answers of several clients pass each other by that much.
bool IsLateAnswer(const Operation& answer, const Operation& before) {
  return answer.invoked_ns < before.completed_ns;
}

std::vector<std::string> NodesSeen(
    const std::vector<const Operation*>& answers) {
  std::vector<std::string> nodes;
  const Operation* first_of_last = nullptr;
  for (const Operation* answer : answers) {
    const std::string& node = answer->call->output;
    if (!nodes.empty() && nodes.back() == node) continue;
    if (first_of_last != nullptr && nodes.size() > 1 &&
        node == nodes[nodes.size() - 2] &&
        IsLateAnswer(*answer, *first_of_last))
      continue;
    nodes.push_back(node);
    first_of_last = answer;
  }
  return nodes;
}

}  // namespace

Verdict CheckOneHolder(const AddressTrace& trace,
                       const std::vector<FaultInterval>& faults,
                       const AddressPromises& promises) {
  const std::string property =
      trace.address + " has at most one holder at any moment";
  const auto spans = internal::HoldingSpans(trace, faults, promises.from_ns);
  if (spans.empty()) return internal::Inconclusive(property, NobodyHeld(trace));
  return JudgeOverlaps(property, "held " + trace.address, spans, promises);
}

Verdict CheckOneAnswers(const AddressTrace& trace,
                        const AddressPromises& promises) {
  const std::string property =
      "one node answers for " + trace.address + " on the network";
  const auto spans =
      internal::AnsweringSpans(trace, promises.from_ns, kLongestPause);
  if (spans.empty())
    return internal::Inconclusive(
        property, "nobody answered an ARP question for " + trace.address);
  return JudgeOverlaps(property, "answered ARP questions for " + trace.address,
                       spans, promises);
}

Verdict CheckAlwaysHeld(const AddressTrace& trace,
                        const std::vector<FaultInterval>& faults,
                        const AddressPromises& promises) {
  const std::string property =
      fmt::format("nobody holds {} for at most {}", trace.address,
                  TimeText(promises.takeover_limit_ns));
  const auto spans = internal::HoldingSpans(trace, faults, promises.from_ns);
  if (spans.empty()) return internal::Inconclusive(property, NobodyHeld(trace));
  Evidence evidence;
  std::int64_t longest = 0;
  bool open = false;
  for (const AddressSpan& gap : internal::Gaps(spans, trace.ended_ns)) {
    const std::int64_t length = gap.until_ns - gap.from_ns;
    longest = std::max(longest, length);
    open = gap.until_ns == trace.ended_ns;
    if (length > promises.takeover_limit_ns)
      evidence.Add(
          fmt::format("after {} nobody held it from {} {}: for {}", gap.node,
                      TimeText(gap.from_ns),
                      open ? "until the end" : "to " + TimeText(gap.until_ns),
                      TimeText(length)));
  }
  if (evidence.empty() && open)
    return internal::Inconclusive(
        property, fmt::format("nobody held it at the end, for {} so far",
                              TimeText(longest)));
  return evidence.Judge(
      property, fmt::format("nobody for {} at the longest", TimeText(longest)));
}

Verdict CheckMoves(const AddressTrace& trace,
                   const std::vector<FaultInterval>& faults,
                   const AddressPromises& promises) {
  const std::string property =
      fmt::format("{} is held by {} in turn, and does not flap", trace.address,
                  InTurn(promises.holders));
  const auto spans = internal::HoldingSpans(trace, faults, promises.from_ns);
  if (spans.empty()) return internal::Inconclusive(property, NobodyHeld(trace));
  const std::vector<std::string> held = internal::Sequence(spans);
  Evidence evidence;
  if (held != promises.holders)
    for (const AddressSpan& span : spans)
      evidence.Add(fmt::format("{} held it from {} to {}", span.node,
                               TimeText(span.from_ns),
                               TimeText(span.until_ns)));
  return evidence.Judge(property,
                        fmt::format("{} moves", promises.holders.size() - 1));
}

Verdict CheckAnnounced(const AddressTrace& trace,
                       const AddressPromises& promises) {
  const std::string property =
      fmt::format("whoever gets {} says so by gratuitous ARP within {}",
                  trace.address, TimeText(promises.announce_limit_ns));
  Evidence evidence;
  int announced = 0;
  for (const AddressClaim& claim : trace.claims) {
    if (!claim.holds || claim.at_ns < promises.from_ns) continue;
    // The claim takes another way than the frame, which may be the faster one.
    const auto frame =
        std::ranges::find_if(trace.frames, [&](const AddressFrame& seen) {
          return seen.kind == AddressFrame::Kind::kGratuitous &&
                 seen.node == claim.node &&
                 seen.at_ns >= claim.at_ns - promises.announce_limit_ns &&
                 seen.at_ns <= claim.at_ns + promises.announce_limit_ns;
        });
    if (frame != trace.frames.end())
      ++announced;
    else
      evidence.Add(
          fmt::format("{} got it at {}, and the switch saw no "
                      "gratuitous ARP of it around that time",
                      claim.node, TimeText(claim.at_ns)));
  }
  if (evidence.empty() && announced == 0)
    return internal::Inconclusive(property, "no node got it");
  return evidence.Judge(property, fmt::format("{} times", announced));
}

Verdict CheckClientsSee(const AddressTrace& trace, const History& history,
                        const AddressPromises& promises) {
  const std::string property = "clients of " + trace.address +
                               " are answered by its holder, and see it move "
                               "as it does";
  const auto answers = AnswersInOrder(trace, history, promises);
  if (answers.empty())
    return internal::Inconclusive(property, "no client was answered");
  const auto spans = internal::HoldingSpans(trace, history.faults, 0);
  Evidence evidence;
  for (const Operation* answer : answers)
    if (!HeldAround(spans, *answer, promises.handover_limit_ns))
      evidence.Add(fmt::format(
          "{} answered a client between {} and {}, and did not hold it then",
          answer->call->output, TimeText(answer->invoked_ns),
          TimeText(answer->completed_ns)));
  const std::vector<std::string> seen = NodesSeen(answers);
  if (!promises.holders.empty() && seen != promises.holders)
    evidence.Add(fmt::format("clients saw {} in turn; the promise was {}",
                             InTurn(seen), InTurn(promises.holders)));
  return evidence.Judge(property, fmt::format("{} answers, in turn by {}",
                                              answers.size(), InTurn(seen)));
}

std::vector<Verdict> JudgeAddress(const AddressTrace& trace,
                                  const History& history,
                                  const AddressPromises& promises) {
  std::vector<Verdict> verdicts = {
      CheckOneHolder(trace, history.faults, promises),
      CheckOneAnswers(trace, promises),
      CheckAlwaysHeld(trace, history.faults, promises),
      CheckClientsSee(trace, history, promises)};
  // Where it stays with one node nobody gets it.
  if (promises.holders.size() != 1)
    verdicts.push_back(CheckAnnounced(trace, promises));
  if (!promises.holders.empty())
    verdicts.push_back(CheckMoves(trace, history.faults, promises));
  return verdicts;
}

}  // namespace faultline
