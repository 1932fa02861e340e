#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "faultline/base/file_descriptor.h"
#include "faultline/history/history.h"

namespace faultline {

// Records a history as it happens and streams each event to a file at once
// (write(2), one line an event), so that a killed process loses at most the
// line being written. Thread-safe: all clients of a run share one.
class Recorder {
 public:
  // Creates `file` (its directory exists) and writes the metadata line. Throws
  // Error if it cannot.
  Recorder(const std::filesystem::path& file,
           std::map<std::string, std::string> metadata);

  // A process number never given before.
  int NewProcess();
  // Stamps the invocation; call just before sending. The returned token goes to
  // Complete.
  std::int64_t Invoke(const Operation& operation);
  // Stamps the completion; call just after the answer. `outcome`, `value`,
  // `revision` and `error` are taken from `operation`.
  void Complete(std::int64_t token, const Operation& operation);
  std::int64_t BeginFault(const std::string& name, const std::string& target);
  void EndFault(std::int64_t token);

  // Nanoseconds since this history began.
  std::int64_t Now() const;
  std::int64_t acknowledged() const;
  // Everything so far; operations still open are kUnknown.
  History Snapshot() const;

 private:
  void Append(const std::string& line);

  const std::chrono::steady_clock::time_point began_ =
      std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  FileDescriptor file_;
  History history_;
  std::int64_t acknowledged_ = 0;
  int next_process_ = 0;
};

}  // namespace faultline
