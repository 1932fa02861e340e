#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::internal {

enum class EtcdRecordType : std::uint8_t {
  kMetadata = 1,
  kEntry = 2,
  kState = 3,
  kCrc = 4,
  kSnapshot = 5
};

// One record of a WAL file: eight bytes of length and padding, then a protobuf
// message with a type, a checksum that goes on from record to record, and data.
struct EtcdFrame {
  EtcdRecordType type = EtcdRecordType::kMetadata;
  std::uint32_t crc = 0;
  std::string_view data;
  std::size_t end = 0;  // where the next one begins
};

// The frame at `offset`, its checksum not looked at; nothing if there is none.
std::optional<EtcdFrame> EtcdFrameAt(std::string_view file, std::size_t offset);

// Nothing was written at `offset`: the file is filled with zeros ahead.
bool IsEtcdEnd(std::string_view file, std::size_t offset);

// Why there is no frame at `offset`, or not one with the right checksum.
struct EtcdBreak {
  bool torn = false;  // as a power cut may leave it
  std::string reason = {};
};
EtcdBreak ExplainEtcdBreak(std::string_view file, std::size_t offset);

}  // namespace faultline::internal
