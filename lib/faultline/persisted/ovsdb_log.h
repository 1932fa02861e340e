#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "faultline/evidence/persisted_log.h"

namespace faultline {

// The Raft log file of an OVSDB member: text records "OVSDB CLUSTER <length>
// <SHA-1>", each with one JSON object (Open vSwitch 2.9 and later). The first
// is a header with the snapshot that the log begins after; its contents are
// known, so the changes of all entries are. Knows our schema
// (service/ovsdb/ovsdb_schema.h); of another one it knows the entries only.
//
// Never throws for what the file holds: that is `torn_tail` or `corruption`.
PersistedLog ParseOvsdbLog(const std::string& node, std::string_view file);

// Throws UsageError if it cannot be read.
PersistedLog ReadOvsdbLog(const std::string& node,
                          const std::filesystem::path& path);

}  // namespace faultline
