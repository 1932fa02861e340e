#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "faultline/evidence/watch_trace.h"

namespace faultline::internal {

// What a watch did between a start or resumption and the next.
struct WatchStretch {
  int watch = 0;
  bool resumed = false;
  std::int64_t from = 0;  // the first revision to deliver, 0: unknown
  WatchRequest request;
  std::vector<const WatchRecord*> records;  // after the start, in order

  // Of what was delivered; 0 if nothing was.
  std::int64_t FirstRevision() const;
  std::int64_t LastRevision() const;
  // Up to where all must have come: what came, or what the client waited for.
  std::int64_t Horizon() const;
  std::string Name() const;
};

// They refer to the trace.
std::vector<WatchStretch> SplitIntoStretches(const WatchTrace& trace);

// A change in the store's log, with what its key held before.
struct LoggedChange {
  const Commit* commit = nullptr;
  const Commit* before = nullptr;  // of the same key; null: never set

  bool Created() const { return before == nullptr || !before->value; }
};

// The store's changes by revision and key.
using WatchLog = std::map<std::pair<std::int64_t, std::string>, LoggedChange>;
WatchLog IndexLog(const CommitLog& log);

std::string Describe(const WatchEvent& event);
std::string Describe(const Commit& commit);

}  // namespace faultline::internal
