#include "faultline/check/stability.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/check/describe.h"

namespace faultline {
namespace {

using internal::TimeText;

// The longest time in the interval that `member` was not observed.
std::int64_t LongestGap(const RaftTrace& trace, const StableLeadership& stable,
                        const std::string& member) {
  std::int64_t last = stable.from_ns;
  std::int64_t longest = 0;
  for (const MemberObservation& seen : trace) {
    if (seen.node != member || seen.leader.empty()) continue;
    if (seen.at_ns < stable.from_ns || seen.at_ns > stable.until_ns) continue;
    longest = std::max(longest, seen.at_ns - last);
    last = seen.at_ns;
  }
  return std::max(longest, stable.until_ns - last);
}

// Its term counts even where it names no leader.
bool IsAsBefore(const MemberObservation& seen, const StableLeadership& stable) {
  return seen.term == stable.term &&
         (seen.leader.empty() || seen.leader == stable.leader);
}

}  // namespace

Verdict CheckStability(const RaftTrace& trace, const StableLeadership& stable,
                       std::int64_t longest_gap_ns) {
  const std::string property =
      fmt::format("no election from {} to {}", TimeText(stable.from_ns),
                  TimeText(stable.until_ns));
  internal::Evidence evidence;
  int looks = 0;
  for (const MemberObservation& seen : trace) {
    if (seen.at_ns < stable.from_ns || seen.at_ns > stable.until_ns) continue;
    ++looks;
    if (IsAsBefore(seen, stable)) continue;
    evidence.Add(fmt::format("{} said at {}: leader {}, term {} (not {}, {})",
                             seen.node, TimeText(seen.at_ns),
                             seen.leader.empty() ? "none" : seen.leader,
                             seen.term, stable.leader, stable.term));
  }
  if (!evidence.empty()) return evidence.Judge(property, "");
  if (stable.members.empty())
    return internal::Inconclusive(property, "no members to observe");
  for (const std::string& member : stable.members) {
    const std::int64_t gap = LongestGap(trace, stable, member);
    if (gap > longest_gap_ns)
      return internal::Inconclusive(
          property,
          fmt::format("{} was not observed for {}", member, TimeText(gap)));
  }
  return evidence.Judge(
      property, fmt::format("{} looks at {} members: {} led in term {}", looks,
                            stable.members.size(), stable.leader, stable.term));
}

}  // namespace faultline
