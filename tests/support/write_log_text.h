#pragma once

#include <cstdint>
#include <string>

namespace faultline {

// Write logs made by hand, sector by sector (512 bytes): a superblock, then
// entries. For tests.

inline constexpr std::uint64_t kLogFlush = 1;
inline constexpr std::uint64_t kLogForced = 2;
inline constexpr std::uint64_t kLogDiscard = 4;

inline std::string LogNumber(std::uint64_t value, std::size_t bytes = 8) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i)
    text[i] = static_cast<char>(value >> (8 * i));
  return text;
}

inline std::string LogSector(std::string text) {
  text.resize(512, '\0');
  return text;
}

inline std::string LogSuperblock(std::uint64_t magic = 0x6a736677736872,
                                 std::uint64_t sector = 512) {
  return LogSector(LogNumber(magic) + LogNumber(1) + LogNumber(99) +
                   LogNumber(sector, 4));
}

// Sectors filled with one character.
inline std::string LogData(char c, std::size_t sectors = 1) {
  return std::string(sectors * 512, c);
}

// `data` goes to the disk from `sector` on.
inline std::string LogEntry(std::uint64_t sector, const std::string& data,
                            std::uint64_t flags = 0) {
  return LogSector(LogNumber(sector) + LogNumber(data.size() / 512) +
                   LogNumber(flags)) +
         data;
}

inline std::string LogFlush() { return LogEntry(0, "", kLogFlush); }

inline std::string LogDiscard(std::uint64_t sector, std::uint64_t sectors) {
  return LogSector(LogNumber(sector) + LogNumber(sectors) +
                   LogNumber(kLogDiscard));
}

}  // namespace faultline
