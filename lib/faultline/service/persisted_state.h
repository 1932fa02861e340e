#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/evidence/persisted_log.h"

namespace faultline {

class ReplicatedStore;

// How a service's Raft log is read from the state disk of a machine that is
// off. A value.
struct PersistedState {
  // Files and directories to copy, from the disk's root: "ovsdb/faultline.db".
  std::vector<std::string> paths;
  // Reads the copies, which lie in `directory` under their last names. Throws
  // Error if they cannot be read; what they hold is no reason to throw.
  std::function<PersistedLog(const std::string& node,
                             const std::filesystem::path& directory)>
      read;
};

// What each of the store's nodes, which are all off, has on its state disk;
// nothing if the store does not say where. The copies are left in
// `directory`/<node>. Throws MachineError and what `read` throws.
std::vector<PersistedLog> ReadPersistedLogs(
    ReplicatedStore& store, const std::filesystem::path& directory,
    Deadline deadline);

}  // namespace faultline
