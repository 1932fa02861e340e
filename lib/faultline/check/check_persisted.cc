#include "faultline/check/check_persisted.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "faultline/check/describe.h"
#include "faultline/check/durability.h"
#include "faultline/check/watch.h"
#include "faultline/check/watch_count.h"

namespace faultline {
namespace {

using internal::Evidence;
using internal::Inconclusive;

bool SameEntry(const PersistedEntry& a, const PersistedEntry& b) {
  return a.term == b.term && a.content == b.content;
}

std::string Text(const PersistedEntry& entry) {
  return fmt::format("term {} \"{}\"", entry.term, entry.content);
}

// Returns how many committed entries the two share.
std::int64_t JudgePair(const PersistedLog& one, const PersistedLog& other,
                       Evidence& evidence) {
  std::int64_t shared = 0;
  const std::uint64_t committed =
      std::min(one.commit_index, other.commit_index);
  for (const PersistedEntry& entry : one.entries) {
    if (entry.index > committed) break;
    const PersistedEntry* const there = other.Find(entry.index);
    if (there == nullptr) continue;
    ++shared;
    if (SameEntry(entry, *there)) continue;
    evidence.Add(fmt::format("committed index {}: {} has {}, {} has {}",
                             entry.index, one.node, Text(entry), other.node,
                             Text(*there)));
    break;
  }
  return shared;
}

void JudgeVotes(const PersistedLog& log, Evidence& evidence) {
  std::map<std::uint64_t, std::string> voted;
  std::uint64_t last = 0;
  for (const PersistedVote& vote : log.votes) {
    if (vote.term < last) {
      evidence.Add(fmt::format("{}: the term goes from {} back to {}", log.node,
                               last, vote.term));
    }
    last = std::max(last, vote.term);
    if (vote.candidate.empty()) continue;
    const auto [first, is_new] = voted.emplace(vote.term, vote.candidate);
    if (!is_new && first->second != vote.candidate) {
      evidence.Add(fmt::format("{}: voted for {} and for {} in term {}",
                               log.node, first->second, vote.candidate,
                               vote.term));
    }
  }
}

// Whether the disk tells of that term, and what.
void JudgeLeader(const PersistedLog& log, std::uint64_t term,
                 std::int64_t& judged, Evidence& evidence) {
  if (log.votes.empty() || log.votes.front().term > term) return;
  ++judged;
  const bool voted = std::ranges::any_of(log.votes, [&](const auto& vote) {
    return vote.term == term && vote.candidate == log.member;
  });
  if (voted) return;
  evidence.Add(fmt::format(
      "{} led in term {}, and its disk has no vote of it for itself", log.node,
      term));
}

// A log behind a snapshot holds what the snapshot stands for.
bool Holds(const PersistedLog& log, const PersistedEntry& entry) {
  if (entry.index <= log.snapshot_index) return true;
  const PersistedEntry* const there = log.Find(entry.index);
  return there != nullptr && SameEntry(entry, *there);
}

std::size_t Holders(const std::vector<PersistedLog>& logs,
                    const PersistedEntry& entry) {
  return static_cast<std::size_t>(std::ranges::count_if(
      logs, [&](const PersistedLog& log) { return Holds(log, entry); }));
}

const PersistedLog* LongestSinceBeginning(const std::vector<PersistedLog>& logs,
                                          std::size_t members) {
  const PersistedLog* longest = nullptr;
  std::uint64_t most = 0;
  for (const PersistedLog& log : logs) {
    if (!log.since_beginning) continue;
    std::uint64_t held = 1;  // how far a majority follows it
    for (const PersistedEntry& entry : log.entries) {
      if (Holders(logs, entry) * 2 <= members) break;
      held = entry.index + 1;
    }
    if (held > most) {
      most = held;
      longest = &log;
    }
  }
  return longest;
}

}  // namespace

Verdict CheckPersistedFiles(const std::vector<PersistedLog>& logs) {
  constexpr char kProperty[] = "every member's log can be read from its disk";
  if (logs.empty()) return Inconclusive(kProperty, "no log");
  Evidence evidence;
  std::string counted = fmt::format("{} logs", logs.size());
  for (const PersistedLog& log : logs) {
    if (log.corruption) {
      evidence.Add(fmt::format("{}: corrupt: {}", log.node, *log.corruption));
    }
    if (log.torn_tail) {
      counted += fmt::format("; {}: a torn tail: {}", log.node, *log.torn_tail);
    }
  }
  return evidence.Judge(kProperty, counted);
}

Verdict CheckPersistedLogMatching(const std::vector<PersistedLog>& logs) {
  std::vector<RaftLog> raft_logs;
  raft_logs.reserve(logs.size());
  for (const PersistedLog& log : logs) raft_logs.push_back(ToRaftLog(log));
  return CheckLogMatching(raft_logs);
}

Verdict CheckPersistedCommits(const std::vector<PersistedLog>& logs) {
  constexpr char kProperty[] = "no two members committed different entries";
  Evidence evidence;
  std::int64_t shared = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    for (std::size_t j = i + 1; j < logs.size(); ++j) {
      shared += JudgePair(logs[i], logs[j], evidence);
    }
  }
  if (shared == 0 && evidence.empty()) {
    return Inconclusive(kProperty, "no two logs share a committed index");
  }
  return evidence.Judge(kProperty, fmt::format("{} comparisons", shared));
}

Verdict CheckPersistedVotes(const std::vector<PersistedLog>& logs) {
  constexpr char kProperty[] = "a member votes once a term";
  Evidence evidence;
  std::size_t votes = 0;
  for (const PersistedLog& log : logs) {
    JudgeVotes(log, evidence);
    votes += log.votes.size();
  }
  if (votes == 0) return Inconclusive(kProperty, "no vote");
  return evidence.Judge(kProperty, fmt::format("{} records", votes));
}

Verdict CheckPersistedLeaders(const RaftTrace& trace,
                              const std::vector<PersistedLog>& logs) {
  constexpr char kProperty[] = "who led had voted for itself";
  std::set<std::pair<std::string, std::uint64_t>> leaders;
  for (const MemberObservation& seen : trace) {
    if (seen.leader == seen.node) leaders.emplace(seen.leader, seen.term);
  }
  Evidence evidence;
  std::int64_t judged = 0;
  for (const auto& [leader, term] : leaders) {
    const auto log = std::ranges::find(logs, leader, &PersistedLog::node);
    if (log != logs.end()) JudgeLeader(*log, term, judged, evidence);
  }
  if (judged == 0) return Inconclusive(kProperty, "no leader on a disk");
  return evidence.Judge(kProperty, fmt::format("{} leaderships", judged));
}

CommitLog MajorityChanges(const std::vector<PersistedLog>& logs,
                          std::size_t members) {
  CommitLog result{.node = "the disks of a majority", .commits = {}};
  const PersistedLog* const log = LongestSinceBeginning(logs, members);
  if (log == nullptr) return result;
  for (const PersistedEntry& entry : log->entries) {
    if (Holders(logs, entry) * 2 <= members) break;
    AddChanges(entry, result);
  }
  return result;
}

Verdict CheckPersistedWrites(const History& history,
                             const std::vector<PersistedLog>& logs,
                             std::size_t members) {
  if (LongestSinceBeginning(logs, members) == nullptr) {
    return Inconclusive("acknowledged writes are on the disks of a majority",
                        "no log tells all changes since the store was empty");
  }
  Verdict verdict = CheckDurability(history, {MajorityChanges(logs, members)});
  verdict.property += ", on the disks of a majority";
  return verdict;
}

Verdict CheckPersistedWatches(const WatchTrace& watches,
                              const std::vector<PersistedLog>& logs,
                              std::size_t members) {
  if (LongestSinceBeginning(logs, members) == nullptr) {
    return Inconclusive("watches bring what is on the disks of a majority",
                        "no log tells all changes since the store was empty");
  }
  const WatchedRun run{watches, MajorityChanges(logs, members)};
  Verdict verdict = CheckWatch(run);
  const Verdict complete = CheckWatchComplete(run);
  if (!complete.Holds()) verdict = Combine({complete, verdict});
  verdict.property += ", as the disks of a majority show them";
  return verdict;
}

Verdict CheckPersistedAgainst(const CommitLog& shown, const PersistedLog& log) {
  if (!log.changes_known) {
    return Inconclusive("a member shows what its disk holds",
                        log.node + ": its changes are not known");
  }
  CommitLog disk = CommittedChanges(log);
  disk.node += "'s disk";
  return CheckStateMachineSafety({shown, disk});
}

std::vector<Verdict> JudgePersisted(const RunEvidence& evidence,
                                    const Promises& promises) {
  const std::vector<PersistedLog>& logs = evidence.disks;
  std::vector<Verdict> verdicts = {
      CheckPersistedFiles(logs), CheckPersistedLogMatching(logs),
      CheckPersistedCommits(logs), CheckPersistedVotes(logs)};
  if (!evidence.trace.empty())
    verdicts.push_back(CheckPersistedLeaders(evidence.trace, logs));
  if (evidence.history && promises.logs_show_values) {
    verdicts.push_back(
        CheckPersistedWrites(*evidence.history, logs, logs.size()));
  }
  if (evidence.watches) {
    verdicts.push_back(
        CheckPersistedWatches(*evidence.watches, logs, logs.size()));
  }
  for (const CommitLog& shown : evidence.commits) {
    const auto log = std::ranges::find(logs, shown.node, &PersistedLog::node);
    if (log != logs.end())
      verdicts.push_back(CheckPersistedAgainst(shown, *log));
  }
  return verdicts;
}

}  // namespace faultline
