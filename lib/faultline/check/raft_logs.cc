#include "faultline/check/raft_logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "faultline/check/describe.h"

namespace faultline {
namespace {

using internal::Evidence;
using internal::Inconclusive;

std::string Text(const LogEntry& entry) {
  return fmt::format("term {} \"{}\"", entry.term, entry.content);
}

void JudgeOneLog(const RaftLog& log, Evidence& evidence) {
  for (std::size_t i = 1; i < log.entries.size(); ++i) {
    const LogEntry& before = log.entries[i - 1];
    const LogEntry& entry = log.entries[i];
    if (entry.index != before.index + 1) {
      evidence.Add(fmt::format("{}: index {} comes after index {}", log.node,
                               entry.index, before.index));
    } else if (entry.term < before.term) {
      evidence.Add(fmt::format("{}: the term goes from {} back to {} at {}",
                               log.node, before.term, entry.term, entry.index));
    }
  }
}

using ByIndex = std::map<std::uint64_t, const LogEntry*>;

ByIndex Index(const RaftLog& log) {
  ByIndex index;
  for (const LogEntry& entry : log.entries) index.emplace(entry.index, &entry);
  return index;
}

// The first difference below the highest entry that both have in one term.
// Returns how many indexes the two share.
std::int64_t JudgePair(const RaftLog& one, const RaftLog& other,
                       Evidence& evidence) {
  const ByIndex others = Index(other);
  std::int64_t shared = 0;
  const LogEntry* first_difference = nullptr;
  std::uint64_t matched = 0;  // the highest index of equal term
  for (const LogEntry& entry : one.entries) {
    const auto found = others.find(entry.index);
    if (found == others.end()) continue;
    ++shared;
    if (entry.term == found->second->term) {
      matched = std::max(matched, entry.index);
    }
    if (first_difference == nullptr && entry != *found->second) {
      first_difference = &entry;
    }
  }
  if (first_difference != nullptr && first_difference->index <= matched) {
    evidence.Add(fmt::format(
        "index {}: {} has {}, {} has {}, although both agree on the term of {}",
        first_difference->index, one.node, Text(*first_difference), other.node,
        Text(*others.at(first_difference->index)), matched));
  }
  return shared;
}

// What a member applied at each revision.
using Applied = std::map<std::int64_t, std::vector<const Commit*>>;

Applied GroupByRevision(const CommitLog& log, Evidence& evidence) {
  Applied applied;
  std::int64_t last = 0;
  for (const Commit& commit : log.commits) {
    if (commit.revision < last) {
      evidence.Add(fmt::format("{}: revision {} comes after {}", log.node,
                               commit.revision, last));
    }
    last = std::max(last, commit.revision);
    applied[commit.revision].push_back(&commit);
  }
  return applied;
}

std::string Text(const Applied& applied, std::int64_t revision) {
  const auto found = applied.find(revision);
  if (found == applied.end()) return "nothing";
  std::string text;
  for (const Commit* commit : found->second) {
    text += fmt::format(
        "{}key={} {}", text.empty() ? "" : ", ", commit->key,
        commit->value ? "value=" + *commit->value : std::string("deleted"));
  }
  return text;
}

bool SameAt(const Applied& one, const Applied& other, std::int64_t revision) {
  const auto a = one.find(revision);
  const auto b = other.find(revision);
  if (a == one.end() || b == other.end())
    return a == one.end() && b == other.end();
  return std::equal(a->second.begin(), a->second.end(), b->second.begin(),
                    b->second.end(),
                    [](const Commit* x, const Commit* y) { return *x == *y; });
}

struct Member {
  std::string node;
  Applied applied;
};

// Returns how many revisions the two share.
std::int64_t JudgePair(const Member& one, const Member& other,
                       Evidence& evidence) {
  if (one.applied.empty() || other.applied.empty()) return 0;
  const std::int64_t first =
      std::max(one.applied.begin()->first, other.applied.begin()->first);
  const std::int64_t last =
      std::min(one.applied.rbegin()->first, other.applied.rbegin()->first);
  std::map<std::int64_t, bool> revisions;  // that any of the two has
  for (const Applied* applied : {&one.applied, &other.applied}) {
    for (auto at = applied->lower_bound(first);
         at != applied->end() && at->first <= last; ++at) {
      revisions.emplace(at->first, true);
    }
  }
  for (const auto& [revision, any] : revisions) {
    if (SameAt(one.applied, other.applied, revision)) continue;
    evidence.Add(fmt::format("revision {}: {} applied {}, {} applied {}",
                             revision, one.node, Text(one.applied, revision),
                             other.node, Text(other.applied, revision)));
    break;
  }
  return static_cast<std::int64_t>(revisions.size());
}

template <typename Log>
std::int64_t JudgePairs(const std::vector<Log>& logs, Evidence& evidence) {
  std::int64_t shared = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    for (std::size_t j = i + 1; j < logs.size(); ++j) {
      shared += JudgePair(logs[i], logs[j], evidence);
    }
  }
  return shared;
}

Verdict Judged(const Evidence& evidence, const char* property,
               std::int64_t shared, const char* unit) {
  if (shared == 0 && evidence.empty()) {
    return Inconclusive(property, fmt::format("no two logs share {}", unit));
  }
  return evidence.Judge(property,
                        fmt::format("{} comparisons of {}", shared, unit));
}

}  // namespace

Verdict CheckLogMatching(const std::vector<RaftLog>& logs) {
  Evidence evidence;
  for (const RaftLog& log : logs) JudgeOneLog(log, evidence);
  const std::int64_t shared = JudgePairs(logs, evidence);
  return Judged(evidence,
                "logs with an entry of one index and term agree up to it",
                shared, "an index");
}

Verdict CheckStateMachineSafety(const std::vector<CommitLog>& logs) {
  Evidence evidence;
  std::vector<Member> members;
  members.reserve(logs.size());
  for (const CommitLog& log : logs) {
    members.push_back({log.node, GroupByRevision(log, evidence)});
  }
  const std::int64_t shared = JudgePairs(members, evidence);
  return Judged(evidence, "no two members applied different changes at a place",
                shared, "a revision");
}

}  // namespace faultline
