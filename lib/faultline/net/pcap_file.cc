#include "faultline/net/pcap_file.h"

#include <cstdint>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;  // the format's magic number
constexpr std::uint32_t kVersion = 2 | 4U << 16;    // 2.4
constexpr std::uint32_t kLongestFrame = 65536;
constexpr std::uint32_t kEthernet = 1;
constexpr std::int64_t kNsInSecond = 1'000'000'000;

}  // namespace

PcapFile::PcapFile(const std::filesystem::path& file)
    : path_(file), file_(file, std::ios::binary) {
  for (const std::uint32_t number :
       {kNanoseconds, kVersion, 0U, 0U, kLongestFrame, kEthernet})
    Write(number);
  Flush();
}

// Readers tell the byte order from the magic number.
void PcapFile::Write(std::uint32_t number) {
  file_.write(reinterpret_cast<const char*>(&number), sizeof number);
}

void PcapFile::Add(std::chrono::system_clock::time_point at,
                   const std::string& frame) {
  const std::int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                              at.time_since_epoch())
                              .count();
  const auto size = static_cast<std::uint32_t>(frame.size());
  Write(static_cast<std::uint32_t>(ns / kNsInSecond));
  Write(static_cast<std::uint32_t>(ns % kNsInSecond));
  Write(size);
  Write(size);
  file_.write(frame.data(), static_cast<std::streamsize>(frame.size()));
}

void PcapFile::Flush() {
  if (!file_.flush()) throw Error("cannot write " + path_.string());
}

}  // namespace faultline
