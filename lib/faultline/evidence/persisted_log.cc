#include "faultline/evidence/persisted_log.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline {

const PersistedEntry* PersistedLog::Find(std::uint64_t index) const {
  if (entries.empty() || index < entries.front().index ||
      index > entries.back().index) {
    return nullptr;
  }
  return &entries[index - entries.front().index];
}

void AppendTo(PersistedLog& log, PersistedEntry entry) {
  if (entry.index <= log.snapshot_index) return;
  if (entry.index > log.last_index() + 1) {
    throw Error(fmt::format("index {} comes after index {}", entry.index,
                            log.last_index()));
  }
  const std::uint64_t first =
      log.entries.empty() ? entry.index : log.entries.front().index;
  if (entry.index < first) {
    throw Error(fmt::format("index {} comes after the first one, {}",
                            entry.index, first));
  }
  log.entries.resize(entry.index - first);
  log.entries.push_back(std::move(entry));
}

void TakeVote(PersistedLog& log, PersistedVote vote) {
  log.term = vote.term;
  log.vote = vote.candidate;
  if (log.votes.empty() || log.votes.back() != vote) {
    log.votes.push_back(std::move(vote));
  }
}

RaftLog ToRaftLog(const PersistedLog& log) {
  RaftLog result{.node = log.node, .entries = {}};
  for (const PersistedEntry& entry : log.entries) {
    result.entries.push_back({entry.index, entry.term, entry.content});
  }
  return result;
}

void AddChanges(const PersistedEntry& entry, CommitLog& log) {
  log.commits.insert(log.commits.end(), entry.changes.begin(),
                     entry.changes.end());
}

CommitLog CommittedChanges(const PersistedLog& log) {
  CommitLog result{.node = log.node, .commits = {}};
  for (const PersistedEntry& entry : log.entries) {
    if (entry.index <= log.commit_index) AddChanges(entry, result);
  }
  return result;
}

}  // namespace faultline
