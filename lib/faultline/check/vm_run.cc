#include "faultline/check/vm_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "faultline/check/describe.h"

namespace faultline {
namespace {

using internal::Evidence;
using internal::TimeText;

std::vector<VmTick> TicksOf(const VmTrace& trace, const std::string& vm) {
  std::vector<VmTick> ticks;
  for (const VmTick& tick : trace.ticks)
    if (tick.vm == vm) ticks.push_back(tick);
  return ticks;
}

std::string Describe(const VmTick& tick) {
  return fmt::format("{} on {}: boot {} count {} at {}", tick.vm, tick.host,
                     tick.boot, tick.count, TimeText(tick.at_ns));
}

Verdict NoTick(const std::string& property) {
  return internal::Inconclusive(property, "it never ticked");
}

// Whether `later` can only come from another run than `earlier`, which goes on.
bool IsAnOlderRun(const VmTick& newest, const VmTick& later) {
  if (later.boot != newest.boot) return later.boot < newest.boot;
  return later.count <= newest.count && later.host != newest.host;
}

// Text about the last power-off of `host` that was confirmed before `at_ns`.
std::string FenceText(const VmTrace& trace, const std::string& host,
                      std::int64_t at_ns) {
  for (auto fence = trace.fences.rbegin(); fence != trace.fences.rend();
       ++fence) {
    if (fence->host != host || fence->answer != "done") continue;
    if (fence->answered_ns > at_ns) continue;
    return fmt::format("fence of {}: {} \"{}\", answered \"{}\" at {}{}", host,
                       fence->by, fence->action, fence->answer,
                       TimeText(fence->answered_ns),
                       fence->obeyed ? "" : " without doing it");
  }
  return fmt::format("no fence of {} had been confirmed", host);
}

// --- reasons for boots

bool Touches(const FaultInterval& fault, const std::string& host) {
  return ("," + fault.target + ",").find("," + host + ",") != std::string::npos;
}

// How many reasons for a boot there were after `from` (which it had shown as
// its own) until `until`, for a machine that was on `host`.
int ReasonsFor(const VmTrace& trace, const std::vector<FaultInterval>& faults,
               const VmPromises& promises, const std::string& vm,
               const std::string& host, std::int64_t from, std::int64_t until) {
  int reasons = 0;
  for (const VmRequest& request : trace.requests) {
    const bool in_time = request.answered_ns > from && request.asked_ns < until;
    const bool starts = request.verb == "start" ||
                        (promises.restarts && request.verb == "kill");
    if (request.vm == vm && in_time && starts &&
        request.outcome != VmRequest::Outcome::kRefused)
      ++reasons;
  }
  if (!promises.restarts) return reasons;
  for (const FaultInterval& fault : faults)
    if (Touches(fault, host) && fault.begin_ns < until && fault.end_ns > from)
      ++reasons;
  for (const FenceRequest& fence : trace.fences)
    if (fence.host == host && fence.answer == "done" && fence.asked_ns > from &&
        fence.asked_ns < until)
      ++reasons;
  return reasons;
}

// --- when it should run

struct Span {
  std::int64_t from_ns;
  std::int64_t until_ns;
};

bool Begins(const VmRequest& request) {
  return (request.verb == "start" || request.verb == "resume") &&
         request.outcome == VmRequest::Outcome::kDone;
}

// Also one of which nobody knows: the machine may have stopped.
bool Ends(const VmRequest& request, const VmPromises& promises) {
  static const std::set<std::string> kEnding = {"suspend", "shutdown",
                                                "destroy", "stop"};
  return request.outcome != VmRequest::Outcome::kRefused &&
         (kEnding.contains(request.verb) ||
          (request.verb == "kill" && !promises.restarts));
}

std::vector<Span> WhenItShouldRun(const VmTrace& trace, const std::string& vm,
                                  const VmPromises& promises) {
  std::vector<Span> spans;
  std::optional<std::int64_t> since;
  for (const VmRequest& request : trace.requests) {
    if (request.vm != vm) continue;
    if (Begins(request) && !since) since = request.answered_ns;
    if (since && Ends(request, promises)) {
      spans.push_back({*since, request.asked_ns});
      since.reset();
    }
  }
  if (since) spans.push_back({*since, trace.ended_ns});
  return spans;
}

// The time from `from` to `until` that counts as silence: what comes after the
// last downtime that it touches.
std::int64_t SilenceIn(std::int64_t from, std::int64_t until,
                       const VmPromises& promises) {
  for (const Downtime& downtime : promises.downtimes)
    if (downtime.from_ns < until && downtime.until_ns > from)
      from = std::max(from, std::min(downtime.until_ns, until));
  return until - from;
}

struct Silence {
  std::int64_t length_ns = 0;
  std::int64_t from_ns = 0;
};

Silence LongestSilence(const std::vector<VmTick>& ticks, const Span& span,
                       const VmPromises& promises) {
  Silence longest;
  std::int64_t last = span.from_ns;
  const auto look_at = [&](std::int64_t now) {
    const std::int64_t length = SilenceIn(last, now, promises);
    if (length > longest.length_ns) longest = {length, last};
    last = now;
  };
  for (const VmTick& tick : ticks)
    if (tick.at_ns > last && tick.at_ns <= span.until_ns) look_at(tick.at_ns);
  look_at(span.until_ns);
  return longest;
}

// --- fences

bool AskedFor(const VmTrace& trace, const std::string& vm, std::int64_t from,
              std::int64_t until) {
  return std::ranges::any_of(trace.requests, [&](const VmRequest& request) {
    return request.vm == vm && request.answered_ns > from &&
           request.asked_ns < until &&
           (request.verb == "start" || request.verb == "stop" ||
            request.verb == "destroy" || request.verb == "shutdown");
  });
}

// The first confirmation that `host` was turned off in that time.
const FenceRequest* ConfirmedFence(const VmTrace& trace,
                                   const std::string& host, std::int64_t from,
                                   std::int64_t until) {
  for (const FenceRequest& fence : trace.fences) {
    const bool off = fence.action == "off" || fence.action == "reboot";
    if (off && fence.host == host && fence.answer == "done" && fence.obeyed &&
        fence.answered_ns > from && fence.answered_ns < until)
      return &fence;
  }
  return nullptr;
}

}  // namespace

Verdict CheckVmRunsOnce(const VmTrace& trace, const std::string& vm) {
  const std::string property = vm + " runs at most once at any moment";
  const std::vector<VmTick> ticks = TicksOf(trace, vm);
  if (ticks.empty()) return NoTick(property);
  Evidence evidence;
  const VmTick* newest = &ticks.front();
  for (const VmTick& tick : ticks) {
    if (tick.disturbed)
      evidence.Add(Describe(tick) +
                   ": it found that another machine wrote to its disk");
    if (IsAnOlderRun(*newest, tick)) {
      evidence.Add(fmt::format("{}, although {} before; {}", Describe(tick),
                               Describe(*newest),
                               FenceText(trace, tick.host, newest->at_ns)));
    } else {
      newest = &tick;
    }
  }
  return evidence.Judge(property, fmt::format("{} ticks", ticks.size()));
}

Verdict CheckVmBoots(const VmTrace& trace, const std::string& vm,
                     const std::vector<FaultInterval>& faults,
                     const VmPromises& promises) {
  const std::string property =
      vm +
      "'s count never goes back without a boot, and each boot has a "
      "reason";
  const std::vector<VmTick> ticks = TicksOf(trace, vm);
  if (ticks.empty()) return NoTick(property);
  Evidence evidence;
  VmTick booted{.at_ns = std::numeric_limits<std::int64_t>::min() / 2};
  const VmTick* last = nullptr;
  int boots = 0;
  for (const VmTick& tick : ticks) {
    if (last != nullptr && tick.boot == last->boot &&
        tick.count <= last->count && tick.host == last->host)
      evidence.Add(
          fmt::format("{}, after {}", Describe(tick), Describe(*last)));
    if (tick.boot > booted.boot) {
      const std::string host = last == nullptr ? tick.host : last->host;
      const int reasons = ReasonsFor(trace, faults, promises, vm, host,
                                     booted.at_ns, tick.at_ns);
      const int needed =
          last == nullptr ? 1 : static_cast<int>(tick.boot - booted.boot);
      if (reasons < needed)
        evidence.Add(fmt::format(
            "{}: {} boots since {}, {} reasons", Describe(tick), needed,
            last == nullptr ? "the beginning" : Describe(*last), reasons));
      boots += needed;
      booted = tick;
    }
    if (last == nullptr || tick.boot >= last->boot) last = &tick;
  }
  return evidence.Judge(property, fmt::format("{} boots", boots));
}

Verdict CheckVmRunsInTime(const VmTrace& trace, const std::string& vm,
                          const VmPromises& promises) {
  const std::string property =
      fmt::format("{} is silent for at most {} while it should run", vm,
                  TimeText(promises.silence_limit_ns));
  const std::vector<VmTick> ticks = TicksOf(trace, vm);
  if (ticks.empty()) return NoTick(property);
  const std::vector<Span> spans = WhenItShouldRun(trace, vm, promises);
  if (spans.empty())
    return internal::Inconclusive(property, "nobody asked for it");
  Evidence evidence;
  Silence longest;
  for (const Span& span : spans) {
    const Silence silence = LongestSilence(ticks, span, promises);
    if (silence.length_ns > longest.length_ns) longest = silence;
    if (silence.length_ns > promises.silence_limit_ns)
      evidence.Add(fmt::format("silent for {} from {} on",
                               TimeText(silence.length_ns),
                               TimeText(silence.from_ns)));
  }
  return evidence.Judge(property, fmt::format("silent for {} at the longest",
                                              TimeText(longest.length_ns)));
}

Verdict CheckFencedBeforeElsewhere(const VmTrace& trace,
                                   const std::string& vm) {
  const std::string property =
      vm + "'s host is confirmed to be off before it starts elsewhere";
  const std::vector<VmTick> ticks = TicksOf(trace, vm);
  if (ticks.empty()) return NoTick(property);
  Evidence evidence;
  std::string counted;
  const VmTick* last = &ticks.front();
  for (const VmTick& tick : ticks) {
    const VmTick before = *last;
    if (tick.boot >= last->boot) last = &tick;
    if (tick.boot <= before.boot || tick.host == before.host) continue;
    if (AskedFor(trace, vm, before.at_ns, tick.at_ns)) continue;
    const FenceRequest* fence =
        ConfirmedFence(trace, before.host, before.at_ns, tick.at_ns);
    if (fence == nullptr) {
      evidence.Add(fmt::format("{}, after {}; {}", Describe(tick),
                               Describe(before),
                               FenceText(trace, before.host, tick.at_ns)));
      continue;
    }
    counted += fmt::format(
        "{}{} off at {}, {} before its first tick on {}",
        counted.empty() ? "" : "; ", before.host, TimeText(fence->answered_ns),
        TimeText(tick.at_ns - fence->answered_ns), tick.host);
  }
  return evidence.Judge(property,
                        counted.empty() ? "never elsewhere" : counted);
}

std::vector<Verdict> JudgeVms(const VmTrace& trace,
                              const std::vector<FaultInterval>& faults,
                              const VmPromises& promises) {
  std::set<std::string> machines;
  for (const VmTick& tick : trace.ticks) machines.insert(tick.vm);
  for (const VmRequest& request : trace.requests)
    if (Begins(request)) machines.insert(request.vm);
  std::vector<Verdict> verdicts;
  for (const std::string& vm : machines) {
    verdicts.push_back(CheckVmRunsOnce(trace, vm));
    verdicts.push_back(CheckVmBoots(trace, vm, faults, promises));
    verdicts.push_back(CheckVmRunsInTime(trace, vm, promises));
    if (promises.fenced)
      verdicts.push_back(CheckFencedBeforeElsewhere(trace, vm));
  }
  return verdicts;
}

}  // namespace faultline
