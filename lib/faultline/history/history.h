#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "faultline/history/operation.h"

namespace faultline {

// Something done to the cluster, recorded beside the operations: "power-cut
// node2", asked for at `begin_ns`, healed at `end_ns`.
struct FaultInterval {
  std::string name;
  std::string target;
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;  // the largest int64 if it was never healed
  // When an independent probe saw its effect, and when, once it was healed, the
  // service that it hit answered again. Absent: that was not seen.
  std::optional<std::int64_t> effect_ns = {};
  std::optional<std::int64_t> recovered_ns = {};
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
