#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "faultline/evidence/persisted_log.h"

namespace faultline {

// What stood on the disk of each member of a run, as a run directory keeps it
// (docs/history-format.md): "node2-disk.jsonl" names the node. A torn last line
// is tolerated. Throw UsageError ("file:line: reason") for anything else
// malformed.
PersistedLog ReadDiskLog(const std::filesystem::path& file);
// All of a directory, sorted by node.
std::vector<PersistedLog> ReadDiskLogs(const std::filesystem::path& directory);

// The inverse, but for the node's name.
std::string ToJsonLines(const PersistedLog& log);

}  // namespace faultline
