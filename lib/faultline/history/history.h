#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "faultline/history/operation.h"

namespace faultline {

// Something done to the cluster, drawn beside the operations: "power cut node2"
// from `begin_ns` to `end_ns`.
struct FaultInterval {
  std::string name;
  std::string target;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;  // the largest int64 if it was never healed
};

// Everything the clients of one run saw. A value.
struct History {
  std::map<std::string, std::string> metadata;  // seed, versions, settings
  std::vector<Operation> operations;            // in order of invocation
  std::vector<FaultInterval> faults;

  std::int64_t CountAcknowledged() const;
};

// Reads what a Recorder streamed: JSON Lines, one event a line
// (docs/reports.md). An invocation without a completion becomes kUnknown. A
// torn last line is tolerated. Throws UsageError ("file:line: reason") for
// anything else malformed.
History ReadHistory(const std::filesystem::path& file);

}  // namespace faultline
