#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/history/event_file.h"
#include "faultline/history/operation.h"
#include "faultline/history/recorder.h"

namespace faultline {

// One attempt of a request that may be tried again.
struct AttemptRecord {
  std::string request;     // unique in a run: "c3 #17"
  std::string what;        // "write k1"
  int number = 1;          // of its request
  std::string node;        // asked
  std::int64_t at_ns = 0;  // since the history began
  std::int64_t took_ns = 0;
  std::int64_t paused_ns = 0;  // before it
  Outcome outcome = Outcome::kUnknown;
  std::string error = {};
};

// What attempts add up to. A value.
struct RetryCounts {
  std::int64_t requests = 0;
  std::int64_t attempts = 0;
  std::int64_t retried = 0;    // requests of more than one attempt
  std::int64_t recovered = 0;  // of those: succeeded in the end
  std::int64_t retries_of_recovered = 0;
  std::int64_t most_attempts = 0;  // of one request
  std::int64_t most_a_second = 0;  // attempts of all that began within one
  std::int64_t longest_pause_ns = 0;
};

RetryCounts CountRetries(std::vector<AttemptRecord> attempts);
// "900 requests, 960 attempts, 40 retried, 38 recovered by 1.5 retries each, at
// most 4 attempts, 30 attempts a second, pauses up to 400 ms".
std::string ToText(const RetryCounts& counts);

// Records attempts as they end, on the clock of a run's history, which it
// outlives not: each is a line of `file` when Add returns. Thread-safe.
class AttemptRecorder {
 public:
  // Creates `file`, which does not exist. Throws Error if it cannot.
  AttemptRecorder(const std::filesystem::path& file, const Recorder& clock)
      : clock_(clock), file_(file) {}

  std::int64_t Now() const { return clock_.Now(); }
  // Throws Error when the file cannot be written.
  void Add(AttemptRecord attempt);
  std::vector<AttemptRecord> Snapshot() const;

 private:
  const Recorder& clock_;
  mutable std::mutex mutex_;
  internal::EventFile file_;
  std::vector<AttemptRecord> attempts_;
};

}  // namespace faultline
