#include "faultline/check/raft_invariants.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "faultline/check/describe.h"

namespace faultline {
namespace {

using internal::Evidence;
using internal::TimeText;

// Why the trace proves nothing; empty if it may.
std::string Gap(const RaftTrace& trace) {
  if (trace.empty()) return "no member was observed";
  const bool led = std::any_of(
      trace.begin(), trace.end(),
      [](const MemberObservation& seen) { return !seen.leader.empty(); });
  return led ? "" : "no observation shows a leader";
}

std::string Said(const MemberObservation& seen) {
  return fmt::format("{} said at {}", seen.node, TimeText(seen.at_ns));
}

void CompareIndex(const char* name, std::uint64_t before, std::uint64_t now,
                  const MemberObservation& seen, Evidence& evidence) {
  if (now >= before) return;
  evidence.Add(fmt::format("the {} index of {} went from {} back to {} at {}",
                           name, seen.node, before, now, TimeText(seen.at_ns)));
}

// The highest indexes that one incarnation of a member showed.
struct Indexes {
  std::uint64_t commit = 0;
  std::uint64_t applied = 0;
};

}  // namespace

Verdict CheckElectionSafety(const RaftTrace& trace) {
  constexpr char kProperty[] = "at most one leader in a term";
  if (const std::string gap = Gap(trace); !gap.empty()) {
    return internal::Inconclusive(kProperty, gap);
  }
  std::map<std::uint64_t, std::map<std::string, const MemberObservation*>>
      leaders;  // by term
  for (const MemberObservation& seen : trace) {
    if (!seen.leader.empty()) leaders[seen.term].emplace(seen.leader, &seen);
  }
  Evidence evidence;
  for (const auto& [term, claims] : leaders) {
    if (claims.size() < 2) continue;
    std::string line =
        fmt::format("term {} has {} leaders", term, claims.size());
    for (const auto& [leader, seen] : claims) {
      line += fmt::format(", {}: {}", Said(*seen), leader);
    }
    evidence.Add(std::move(line));
  }
  return evidence.Judge(kProperty,
                        fmt::format("{} terms with a leader in {} observations",
                                    leaders.size(), trace.size()));
}

Verdict CheckTermsOnlyGrow(const RaftTrace& trace) {
  constexpr char kProperty[] = "no member's term goes back";
  if (const std::string gap = Gap(trace); !gap.empty()) {
    return internal::Inconclusive(kProperty, gap);
  }
  std::map<std::string, std::uint64_t> terms;
  Evidence evidence;
  for (const MemberObservation& seen : trace) {
    std::uint64_t& term = terms[seen.node];
    if (seen.term < term) {
      evidence.Add(fmt::format("the term of {} went from {} back to {} at {}",
                               seen.node, term, seen.term,
                               TimeText(seen.at_ns)));
    }
    term = std::max(term, seen.term);
  }
  return evidence.Judge(kProperty, fmt::format("{} observations of {} members",
                                               trace.size(), terms.size()));
}

Verdict CheckIndexesOnlyGrow(const RaftTrace& trace) {
  constexpr char kProperty[] =
      "no commit or applied index goes back while its member runs";
  if (const std::string gap = Gap(trace); !gap.empty()) {
    return internal::Inconclusive(kProperty, gap);
  }
  std::map<std::pair<std::string, int>, Indexes> highest;
  Evidence evidence;
  for (const MemberObservation& seen : trace) {
    Indexes& before = highest[{seen.node, seen.incarnation}];
    CompareIndex("commit", before.commit, seen.commit_index, seen, evidence);
    CompareIndex("applied", before.applied, seen.applied_index, seen, evidence);
    before.commit = std::max(before.commit, seen.commit_index);
    before.applied = std::max(before.applied, seen.applied_index);
  }
  return evidence.Judge(
      kProperty, fmt::format("{} observations of {} incarnations", trace.size(),
                             highest.size()));
}

Verdict CheckRaftInvariants(const RaftTrace& trace) {
  return Combine({CheckElectionSafety(trace), CheckTermsOnlyGrow(trace),
                  CheckIndexesOnlyGrow(trace)});
}

}  // namespace faultline
