#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "faultline/evidence/persisted_log.h"

namespace faultline {

// A member's write-ahead log: the contents of its *.wal files, oldest first
// (etcd 3.4 and 3.5). The hard state is `term`, `vote` and `commit_index`;
// `votes` are all that it went through. The checksums of all records are
// checked. `changes` are computed if the log begins with the first entry.
//
// Never throws for what the files hold: that is `torn_tail` or `corruption`.
PersistedLog ParseEtcdWal(const std::string& node,
                          const std::vector<std::string>& files);

// The newest snapshot that a member's directory (`<data>/member`) holds.
struct EtcdSnapshotFile {
  std::uint64_t index = 0;
  std::uint64_t term = 0;
  std::string damage = {};  // not empty: why it cannot be read
};
EtcdSnapshotFile ParseEtcdSnapshot(std::string_view file);

// `member`: the directory that holds `wal` and `snap`. What a snapshot stands
// for is in the WAL, too; a readable snapshot that is newer than the WAL knows,
// or one that is damaged, is `corruption`. Throws UsageError if there is no
// WAL, or it cannot be read.
PersistedLog ReadEtcdMember(const std::string& node,
                            const std::filesystem::path& member);

}  // namespace faultline
