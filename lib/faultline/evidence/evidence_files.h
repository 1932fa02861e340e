#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "faultline/evidence/commit_log.h"
#include "faultline/evidence/outage.h"
#include "faultline/evidence/raft_log.h"
#include "faultline/evidence/raft_trace.h"

namespace faultline {

// Read what a run directory holds beside the history (docs/history-format.md),
// to check it again offline. A torn last line is tolerated. Throw UsageError
// ("file:line: reason") for anything else malformed.
RaftTrace ReadRaftTrace(const std::filesystem::path& file);
// The same of a content that is there already; `name` stands in messages.
RaftTrace ParseRaftTrace(std::string_view text, const std::string& name);
std::vector<Probe> ReadProbes(const std::filesystem::path& file);
// The node is named by the file: "node2-commits.jsonl".
CommitLog ReadCommitLog(const std::filesystem::path& file);
// All of a directory, sorted by name.
std::vector<CommitLog> ReadCommitLogs(const std::filesystem::path& directory);
// The node is named by the file: "node2-raft.jsonl".
RaftLog ReadRaftLog(const std::filesystem::path& file);
std::vector<RaftLog> ReadRaftLogs(const std::filesystem::path& directory);

// The inverses, one line each.
std::string ToJsonLines(const RaftTrace& trace);
std::string ToJsonLines(const std::vector<Probe>& probes);
std::string ToJsonLines(const CommitLog& log);
std::string ToJsonLines(const RaftLog& log);

}  // namespace faultline
