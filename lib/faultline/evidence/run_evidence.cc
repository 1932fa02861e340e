#include "faultline/evidence/run_evidence.h"

#include <string>

#include "faultline/base/files.h"
#include "faultline/evidence/evidence_files.h"

namespace faultline {
namespace {

constexpr char kTrace[] = "trace.jsonl";
constexpr char kProbes[] = "probes.jsonl";
constexpr char kWatches[] = "watch.jsonl";

}  // namespace

bool RunEvidence::empty() const {
  return !history && commits.empty() && raft_logs.empty() && trace.empty() &&
         !watches && probes.empty();
}

RunEvidence ReadRunEvidence(const std::filesystem::path& directory) {
  const auto has = [&](const char* file) {
    return std::filesystem::exists(directory / file);
  };
  RunEvidence evidence{.commits = ReadCommitLogs(directory),
                       .raft_logs = ReadRaftLogs(directory)};
  if (has(kTrace)) evidence.trace = ReadRaftTrace(directory / kTrace);
  if (has(kProbes)) evidence.probes = ReadProbes(directory / kProbes);
  if (has(kWatches)) evidence.watches = ReadWatchTrace(directory / kWatches);
  return evidence;
}

void WriteRunEvidence(const RunEvidence& evidence,
                      const std::filesystem::path& directory) {
  WriteFileAtomically(directory / kTrace, ToJsonLines(evidence.trace));
  WriteFileAtomically(directory / kProbes, ToJsonLines(evidence.probes));
  for (const CommitLog& log : evidence.commits) {
    WriteFileAtomically(directory / (log.node + "-commits.jsonl"),
                        ToJsonLines(log));
  }
  for (const RaftLog& log : evidence.raft_logs) {
    WriteFileAtomically(directory / (log.node + "-raft.jsonl"),
                        ToJsonLines(log));
  }
}

}  // namespace faultline
