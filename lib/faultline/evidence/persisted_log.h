#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "faultline/evidence/commit_log.h"
#include "faultline/evidence/raft_log.h"

namespace faultline {

// One entry of a Raft log as it stands on a disk.
struct PersistedEntry {
  std::uint64_t index = 0;
  std::uint64_t term = 0;
  std::string content;  // equal texts for equal entries; for people, too
  // What the entry changes, if `PersistedLog::changes_known`. Of an entry that
  // was never committed: what it would have changed.
  std::int64_t revision = 0;  // of the store, after it
  std::vector<Commit> changes = {};
};

// A vote, or a term without one, as it was written down.
struct PersistedVote {
  std::uint64_t term = 0;
  std::string candidate = {};  // the member's id; empty: none in this term yet

  friend bool operator==(const PersistedVote&, const PersistedVote&) = default;
};

// What one member of a Raft cluster has on its disk: read from its files, not
// told by the member. A value.
struct PersistedLog {
  std::string node = {};
  std::string member = {};  // ids as the service writes them
  std::string cluster = {};
  // What is left after all that was overwritten: indexes grow by one from
  // snapshot_index + 1 on.
  std::vector<PersistedEntry> entries = {};
  std::uint64_t snapshot_index = 0;  // what a snapshot stands for; 0: none
  std::uint64_t snapshot_term = 0;
  std::uint64_t term = 0;  // the hard state
  std::string vote = {};
  std::uint64_t commit_index = 0;  // written down; may be behind what is true
  std::vector<PersistedVote> votes = {};  // in the order of the file
  bool changes_known = false;             // `entries` say what they change
  bool since_beginning = false;           // and all since the store was empty
  // The file ends in a record that was not written to its end, as after a power
  // cut: not an error of the service. What is lost, and where.
  std::optional<std::string> torn_tail = {};
  // A record is wrong although others follow it, or cannot be what a power cut
  // leaves. Nothing after it is in `entries`.
  std::optional<std::string> corruption = {};

  std::uint64_t last_index() const {
    return entries.empty() ? snapshot_index : entries.back().index;
  }
  // Null: not there, or behind a snapshot.
  const PersistedEntry* Find(std::uint64_t index) const;
};

// Adds an entry as a Raft log does: it replaces what has its index, and all
// that follows. Throws Error if it would leave a gap.
void AppendTo(PersistedLog& log, PersistedEntry entry);

// Takes note of a term and a vote in it.
void TakeVote(PersistedLog& log, PersistedVote vote);

// Its entries alone.
RaftLog ToRaftLog(const PersistedLog& log);

// What the entry changes, behind what is there.
void AddChanges(const PersistedEntry& entry, CommitLog& log);
// The changes of all entries up to the commit index that is written down.
CommitLog CommittedChanges(const PersistedLog& log);

}  // namespace faultline
