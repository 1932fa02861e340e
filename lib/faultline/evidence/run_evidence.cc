#include "faultline/evidence/run_evidence.h"

#include <string>

#include "faultline/base/files.h"
#include "faultline/evidence/disk_files.h"
#include "faultline/evidence/evidence_files.h"

namespace faultline {
namespace {

constexpr char kTrace[] = "trace.jsonl";
constexpr char kProbes[] = "probes.jsonl";
constexpr char kWatches[] = "watch.jsonl";
constexpr char kVms[] = "vms.jsonl";

template <typename Log>
void WriteLogs(const std::vector<Log>& logs, const char* suffix,
               const std::filesystem::path& directory) {
  for (const Log& log : logs)
    WriteFileAtomically(directory / (log.node + suffix), ToJsonLines(log));
}

}  // namespace

bool RunEvidence::empty() const {
  return !history && commits.empty() && raft_logs.empty() && trace.empty() &&
         !watches && probes.empty() && disks.empty() && !vms;
}

RunEvidence ReadRunEvidence(const std::filesystem::path& directory) {
  const auto has = [&](const char* file) {
    return std::filesystem::exists(directory / file);
  };
  RunEvidence evidence{.commits = ReadCommitLogs(directory),
                       .raft_logs = ReadRaftLogs(directory),
                       .disks = ReadDiskLogs(directory)};
  if (has(kTrace)) evidence.trace = ReadRaftTrace(directory / kTrace);
  if (has(kProbes)) evidence.probes = ReadProbes(directory / kProbes);
  if (has(kWatches)) evidence.watches = ReadWatchTrace(directory / kWatches);
  if (has(kVms)) evidence.vms = ReadVmTrace(directory / kVms);
  return evidence;
}

void WriteRunEvidence(const RunEvidence& evidence,
                      const std::filesystem::path& directory) {
  WriteFileAtomically(directory / kTrace, ToJsonLines(evidence.trace));
  WriteFileAtomically(directory / kProbes, ToJsonLines(evidence.probes));
  WriteLogs(evidence.commits, "-commits.jsonl", directory);
  WriteLogs(evidence.raft_logs, "-raft.jsonl", directory);
  WriteLogs(evidence.disks, "-disk.jsonl", directory);
}

}  // namespace faultline
