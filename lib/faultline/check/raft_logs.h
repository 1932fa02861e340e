#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/check/commit_log.h"
#include "faultline/check/verdict.h"

namespace faultline {

// One entry of a member's Raft log.
struct LogEntry {
  std::uint64_t index = 0;
  std::uint64_t term = 0;
  std::string content;  // equal texts for equal entries

  friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

// What a member's log holds, oldest first; it may begin after a snapshot.
struct RaftLog {
  std::string node;
  std::vector<LogEntry> entries;
};

// Log Matching (Ongaro & Ousterhout 2014, figure 3): if two logs have an entry
// of the same index and term, they agree in all entries up to it. Indexes
// within a log grow by one and terms never go back. kUnknown if no two logs
// share an index.
Verdict CheckLogMatching(const std::vector<RaftLog>& logs);

// State Machine Safety (figure 3), where members show what they applied: no two
// members applied different changes at one revision. A log may begin later and
// end earlier than another, unlike in CheckAgreement; within what two have in
// common none may leave a revision out. Revisions of a log never go back.
// kUnknown if no two logs share a revision.
Verdict CheckStateMachineSafety(const std::vector<CommitLog>& logs);

}  // namespace faultline
