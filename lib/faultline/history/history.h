#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faultline/history/history_options.h"
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

// Where an operation stands in its file, from line 1; 0: not there.
struct OperationLines {
  int invoked = 0;
  int completed = 0;
};

// Everything the clients of one run saw. A value.
struct History {
  std::map<std::string, std::string> metadata;  // seed, versions, settings
  std::vector<Operation> operations;            // in order of invocation
  std::vector<FaultInterval> faults;
  // What a kill left of the last line of the file it was read from, and was
  // left out: "history.jsonl:17: left out 23 bytes ..."; empty: nothing.
  std::string torn = {};
  // Of a file that was read: its path, and where each operation stands in it.
  std::string file = {};
  std::vector<OperationLines> lines = {};
  // False: the file tells no times; those of the operations only count events.
  bool timed = true;
  // How the file was read where it could be read in more than one way.
  std::vector<std::string> notes = {};

  std::int64_t CountAcknowledged() const;
};

// Reads what a Recorder streamed (JSON Lines, one event a line), or a history
// of Jepsen's, as operations in EDN or JSON or as lines of its log; the format
// is recognised from the content (docs/history-format.md). `file` is opened
// once, so it may be a pipe ("-": standard input); what gzip compressed is
// decompressed. An invocation without a completion becomes kUnknown. A torn
// last line is left out and named. Throws UsageError ("file:line: reason") for
// anything else malformed.
History ReadHistory(const std::filesystem::path& file,
                    const HistoryOptions& options = {});

// The same of a content that is there already; `name` stands in messages.
History ParseHistory(std::string_view text, const std::string& name,
                     const HistoryOptions& options = {});

}  // namespace faultline
