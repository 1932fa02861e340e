#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>

#include "faultline/evidence/address_trace.h"

namespace faultline {

// Keeps what happens to one address that moves, and writes each line to a file
// at once. Thread-safe. Everything is stamped when it is recorded, by one
// clock.
class AddressRecorder {
 public:
  // `now`: nanoseconds since the history of the run began (Recorder::Now).
  // Creates `file`. Throws Error if it cannot.
  AddressRecorder(const std::filesystem::path& file, const std::string& address,
                  std::function<std::int64_t()> now);

  std::int64_t Now() const { return now_(); }

  // A claim that a node made before is not recorded again.
  void Claim(const std::string& node, bool holds);
  void Frame(AddressFrame frame);

  // Nothing is recorded any more.
  void End();

  // Everything so far.
  AddressTrace Snapshot() const;
  // Throws Error if the file could not be written.
  void ThrowIfBroken() const;

 private:
  // False once it has ended.
  bool Write(const std::string& line);

  const std::filesystem::path path_;
  const std::function<std::int64_t()> now_;
  mutable std::mutex mutex_;
  std::ofstream file_;
  AddressTrace trace_;
  bool ended_ = false;
};

}  // namespace faultline
