#include "faultline/workload/kv/watch_recorder.h"

#include <utility>

#include "faultline/base/error.h"

namespace faultline {

void WatchRecorder::Add(WatchRecord record) {
  const std::lock_guard lock(mutex_);
  if (!broken_.empty()) throw Error(broken_);
  record.at_ns = clock_.Now();
  try {
    file_.Append(WatchTraceToJsonLines({record}));
  } catch (const Error& error) {
    broken_ = error.what();
    throw;
  }
  trace_.push_back(std::move(record));
}

WatchTrace WatchRecorder::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return trace_;
}

}  // namespace faultline
