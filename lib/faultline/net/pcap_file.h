#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace faultline {

// A capture that tcpdump and Wireshark read: Ethernet frames with times in
// nanoseconds. For one thread.
class PcapFile {
 public:
  // Creates `file`. Throws Error if it cannot.
  explicit PcapFile(const std::filesystem::path& file);

  void Add(std::chrono::system_clock::time_point at, const std::string& frame);
  // Throws Error if not all was written.
  void Flush();

 private:
  void Write(std::uint32_t number);

  const std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace faultline
