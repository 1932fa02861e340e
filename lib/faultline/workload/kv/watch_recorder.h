#pragma once

#include <filesystem>
#include <mutex>
#include <string>

#include "faultline/evidence/watch_trace.h"
#include "faultline/history/event_file.h"
#include "faultline/history/recorder.h"

namespace faultline {

// Records what happens to the watches of a run, as it happens, on the clock of
// its history: each record is in the file (docs/history-format.md, "A trace of
// watches") when the call returns, so a killed process loses nothing that was
// recorded. Thread-safe. Refers to the history's recorder.
class WatchRecorder {
 public:
  // Creates `file`, which does not exist. Throws Error if it cannot.
  WatchRecorder(const std::filesystem::path& file, const Recorder& clock)
      : clock_(clock), file_(file) {}

  // Stamps the record. Throws Error, this call and every later one, when the
  // file cannot be written.
  void Add(WatchRecord record);
  WatchTrace Snapshot() const;

 private:
  const Recorder& clock_;
  mutable std::mutex mutex_;
  internal::EventFile file_;
  std::string broken_;  // why the file cannot be written any more
  WatchTrace trace_;
};

}  // namespace faultline
