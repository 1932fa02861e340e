#include "faultline/workload/watch_recorder.h"

#include <utility>

namespace faultline {

void WatchRecorder::Add(WatchRecord record) {
  const std::lock_guard lock(mutex_);
  record.at_ns = clock_.Now();
  file_.Append(WatchTraceToJsonLines({record}));
  trace_.push_back(std::move(record));
}

WatchTrace WatchRecorder::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return trace_;
}

}  // namespace faultline
