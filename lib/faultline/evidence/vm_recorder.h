#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>

#include "faultline/evidence/vm_trace.h"

namespace faultline {

// Keeps what happens to virtual machines, and writes each line to a file at
// once. Thread-safe. Lines stand in the order in which things ended.
class VmRecorder {
 public:
  // `now`: nanoseconds since the history of the run began (Recorder::Now).
  // Creates `file`. Throws Error if it cannot.
  VmRecorder(const std::filesystem::path& file,
             std::function<std::int64_t()> now);

  std::int64_t Now() const { return now_(); }

  // Stamped now.
  void Tick(VmTick tick);
  void Observe(VmObservation observation);
  // Already stamped: what began earlier ends now.
  void Add(VmRequest request);
  void Add(FenceRequest fence);

  // Nothing is recorded any more.
  void End();

  // Everything so far.
  VmTrace Snapshot() const;
  // Throws Error if the file could not be written.
  void ThrowIfBroken() const;

 private:
  // False once it has ended.
  bool Write(const std::string& line);

  const std::filesystem::path path_;
  const std::function<std::int64_t()> now_;
  mutable std::mutex mutex_;
  std::ofstream file_;
  VmTrace trace_;
  bool ended_ = false;
};

}  // namespace faultline
