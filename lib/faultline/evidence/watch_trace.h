#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "faultline/evidence/commit_log.h"

namespace faultline {

// What a watch was asked for.
struct WatchRequest {
  std::string key = {};
  bool prefix = false;  // all keys that begin with `key`
  bool puts = true;     // changes that set a value
  bool deletes = true;
  bool previous = false;  // tell the value before each change
};

// Whether a change of `key`, which `deletes` it or sets a value, is wanted.
bool Wants(const WatchRequest& request, const std::string& key, bool deletes);

// One change as a watch delivered it.
struct WatchEvent {
  std::int64_t revision = 0;
  std::string key;
  std::optional<std::string> value;     // absent: the key was deleted
  std::optional<std::string> previous;  // absent: there was none, or not asked
  std::optional<bool> created;          // absent: the service does not say

  friend bool operator==(const WatchEvent&, const WatchEvent&) = default;
};

// One thing that happened to a watch.
struct WatchRecord {
  enum class Kind {
    kStarted,  // `request`, `revision`: the first it must deliver, 0: unknown;
               // `node`: who serves it, empty: unknown
    kDelivered,  // `events`: all that came in one message
    kProgress,   // the service says: all up to `revision` has been delivered
    kBroken,     // the stream ended; `reason`
    kResumed,    // asked to go on from `revision`, through `node`
    kCompacted,  // refused: changes before `revision` are no longer there
    kEnded,      // the client stopped it, after it had time for all up to
                 // `revision`, 0: nobody knows
  };

  Kind kind = Kind::kStarted;
  int watch = 0;
  std::int64_t at_ns = 0;
  std::int64_t revision = 0;
  WatchRequest request = {};
  std::vector<WatchEvent> events = {};
  std::string reason = {};
  std::string node = {};
};

// Why a client itself left a stream that had not ended: the reason of a
// kBroken.
inline constexpr char kWentElsewhere[] = "the client went to another member";
inline constexpr char kNothingCame[] = "the client gave up: nothing came";

// All watches of a run, in the order in which things happened.
using WatchTrace = std::vector<WatchRecord>;

// A trace, and the changes that the store itself shows: since it began.
struct WatchedRun {
  WatchTrace trace;
  CommitLog log;
};

// JSON Lines, one record a line (docs/history-format.md). Reading tolerates a
// torn last line and throws UsageError ("file:line: reason") for anything else
// malformed, such as an event of a watch that is not open.
std::string WatchTraceToJsonLines(const WatchTrace& trace);
WatchTrace ReadWatchTrace(const std::filesystem::path& file);

}  // namespace faultline
