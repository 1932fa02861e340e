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
  // What a kill left of the last line of the file it was read from, and was
  // left out: "history.jsonl:17: left out 23 bytes ..."; empty: nothing.
  std::string torn = {};

  std::int64_t CountAcknowledged() const;
};

// Reads what a Recorder streamed (JSON Lines, one event a line), or a history
// of Jepsen's, as operation maps in EDN or as lines of its log; the format is
// recognised from the content (docs/history-format.md). An invocation without a
// completion becomes kUnknown. A torn last line is left out and named. Throws
// UsageError ("file:line: reason") for anything else malformed.
History ReadHistory(const std::filesystem::path& file);

}  // namespace faultline
