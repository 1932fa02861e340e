#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::internal {

// One record of an OVSDB log file.
struct OvsdbRecord {
  std::string_view body;
  std::size_t end = 0;  // where the next one begins
};

// The record at `offset`; nothing if there is no whole one with the right
// checksum.
std::optional<OvsdbRecord> OvsdbRecordAt(std::string_view file,
                                         std::size_t offset);

// Why there is none at `offset`.
struct OvsdbBreak {
  bool torn = false;  // as a power cut may leave it
  std::string reason = {};
};
OvsdbBreak ExplainOvsdbBreak(std::string_view file, std::size_t offset);

}  // namespace faultline::internal
