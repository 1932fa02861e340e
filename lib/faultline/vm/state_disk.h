#pragma once

#include <filesystem>
#include <string>

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

}  // namespace faultline
