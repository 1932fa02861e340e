#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace faultline
