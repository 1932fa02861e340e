#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "faultline/evidence/commit_log.h"
#include "faultline/evidence/outage.h"
#include "faultline/evidence/persisted_log.h"
#include "faultline/evidence/raft_log.h"
#include "faultline/evidence/raft_trace.h"
#include "faultline/evidence/vm_trace.h"
#include "faultline/evidence/watch_trace.h"
#include "faultline/history/history.h"

namespace faultline {

// Everything that one run recorded and a judge may look at. A value; what was
// not recorded is absent or empty.
struct RunEvidence {
  std::shared_ptr<const History> history = {};
  std::vector<CommitLog> commits = {};  // one a member
  std::vector<RaftLog> raft_logs = {};  // one a member
  RaftTrace trace = {};
  std::optional<WatchTrace> watches = {};
  std::vector<Probe> probes = {};
  std::vector<PersistedLog> disks = {};  // one a member, once it was off
  std::optional<VmTrace> vms = {};

  bool empty() const;
};

// Reads what a run directory holds of it but the history, which ReadHistory
// reads as it is asked to (docs/reports.md). Throws UsageError
// ("file:line: reason") for a file that is malformed.
RunEvidence ReadRunEvidence(const std::filesystem::path& directory);

// Writes all but the history, the watches and the machines (vms.jsonl), which
// were streamed while the run lasted: trace.jsonl, probes.jsonl,
// <node>-commits.jsonl, <node>-raft.jsonl, <node>-disk.jsonl. Throws Error.
void WriteRunEvidence(const RunEvidence& evidence,
                      const std::filesystem::path& directory);

}  // namespace faultline
