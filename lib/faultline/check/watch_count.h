#pragma once

#include <cstdint>
#include <string>

#include "faultline/evidence/verdict.h"
#include "faultline/evidence/watch_trace.h"

namespace faultline {

// What the watches of a run brought to their clients, each counted over all its
// streams: from where it began to where it ended, or to what came last if
// nobody knows where. A value.
struct WatchCounts {
  std::int64_t expected = 0;   // changes that the watches wanted
  std::int64_t delivered = 0;  // of those: came
  std::int64_t refused = 0;  // did not, and the service said that it could not
  std::int64_t missed = 0;   // did not, and nobody said so
  std::int64_t duplicated = 0;  // came once more
  int streams = 0;
  int ended = 0;   // by the service or the connection; none goes on by itself
  int silent = 0;  // left by the client because nothing came any more
  int left = 0;    // left by the client of its own accord
  int refusals = 0;

  bool operator==(const WatchCounts&) const = default;
};

WatchCounts CountWatches(const WatchedRun& run);

// "600 changes wanted: 600 delivered, 0 missed, 0 refused, 2 duplicated; 5
// streams: 1 ended, 1 fell silent, 0 left, 0 refused".
std::string ToText(const WatchCounts& counts);

// What a watch wanted came on one of its streams, or was refused as no longer
// there: no gap between two streams. kUnknown if nothing was wanted.
Verdict CheckWatchComplete(const WatchedRun& run);

}  // namespace faultline
