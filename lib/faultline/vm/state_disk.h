#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"

namespace faultline {

// Makes `path` a sparse disk image of `mib` MiB with an empty ext4 file system,
// unless it is there already. What a failed attempt leaves is removed. `node`
// is for messages. Throws UsageError if the host's disk is full or mke2fs is
// missing.
void MakeStateDisk(Warden& warden, const std::string& node,
                   const std::filesystem::path& path, int mib,
                   Deadline deadline);

// Copies files and directories, named from the disk's root ("etcd/data"), into
// the directory `target`, where they have their last names. The machine is off.
// The file system's journal is replayed first, as a guest would at its next
// mount: the disk changes. Throws MachineError naming `node` if the disk cannot
// be read or one of them is not there.
void CopyFromStateDisk(Warden& warden, const std::string& node,
                       const std::filesystem::path& disk,
                       const std::vector<std::string>& paths,
                       const std::filesystem::path& target, Deadline deadline);

}  // namespace faultline
