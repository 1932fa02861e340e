#include "faultline/persisted/etcd_frame.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/persisted/checksums.h"
#include "faultline/persisted/protobuf_reader.h"

namespace faultline::internal {
namespace {

constexpr std::size_t kSector = 512;
constexpr std::size_t kLengthBytes = 8;

struct Size {
  std::size_t record = 0;
  std::size_t padding = 0;
  std::size_t whole() const { return kLengthBytes + record + padding; }
};

// The lower 56 bits are the record's length; the highest bit says that the
// three lowest bits of the upper byte count bytes of padding.
std::optional<Size> SizeAt(std::string_view file, std::size_t offset) {
  if (offset > file.size() || file.size() - offset < kLengthBytes) return {};
  std::uint64_t field = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) {
    field = field << 8 | static_cast<unsigned char>(file[offset + i]);
  }
  Size size{.record = field & ((std::uint64_t{1} << 56) - 1)};
  if (field >> 63 != 0) size.padding = field >> 56 & 7;
  return size;
}

std::string_view WithoutZeros(std::string_view file) {
  const std::size_t last = file.find_last_not_of('\0');
  return file.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// Two frames of which the second goes on from the first's checksum: no chance
// makes that. The first may be the broken one, whose checksum was written.
// Frames begin at multiples of eight bytes.
bool AnyPairAfter(std::string_view file, std::size_t offset) {
  for (std::size_t at = offset / 8 * 8; at < file.size(); at += 8) {
    const auto first = EtcdFrameAt(file, at);
    if (!first) continue;
    const auto second = EtcdFrameAt(file, first->end);
    if (second && Crc32c(first->crc, second->data) == second->crc) return true;
  }
  return false;
}

// A whole sector of the file within the record that holds only zeros.
bool HasUnwrittenSector(std::string_view file, std::size_t begin,
                        std::size_t end) {
  while (begin < end) {
    const std::size_t next = std::min((begin / kSector + 1) * kSector, end);
    const std::string_view chunk = file.substr(begin, next - begin);
    if (chunk.find_first_not_of('\0') == std::string_view::npos) return true;
    begin = next;
  }
  return false;
}

}  // namespace

std::optional<EtcdFrame> EtcdFrameAt(std::string_view file,
                                     std::size_t offset) {
  const auto size = SizeAt(file, offset);
  if (!size || size->record == 0 || size->whole() > file.size() - offset) {
    return std::nullopt;
  }
  EtcdFrame frame;
  frame.end = offset + size->whole();
  std::uint64_t type = 0;
  try {
    ProtobufReader fields(file.substr(offset + kLengthBytes, size->record));
    while (fields.Next()) {
      if (fields.number() == 1) type = fields.value();
      if (fields.number() == 2) {
        frame.crc = static_cast<std::uint32_t>(fields.value());
      }
      if (fields.number() == 3) frame.data = fields.bytes();
    }
  } catch (const Error&) {
    return std::nullopt;
  }
  if (type < 1 || type > 5) return std::nullopt;
  frame.type = static_cast<EtcdRecordType>(type);
  return frame;
}

bool IsEtcdEnd(std::string_view file, std::size_t offset) {
  if (offset >= file.size()) return true;
  return file.find_first_not_of('\0', offset) == std::string_view::npos;
}

// etcd writes in order, so that what a power cut takes away is at the end: the
// file is cut, or sectors that the disk did not get are still zero.
EtcdBreak ExplainEtcdBreak(std::string_view file, std::size_t offset) {
  const std::string_view written = WithoutZeros(file);
  const auto size = SizeAt(file, offset);
  const bool cut = !size || size->whole() > file.size() - offset;
  const std::string what = fmt::format("byte {}: {}", offset,
                                       cut ? "a record is cut"
                                       : EtcdFrameAt(file, offset)
                                           ? "a record's checksum does not fit"
                                           : "no record");
  if (AnyPairAfter(written, offset)) {
    return {.torn = false, .reason = what + ", and whole ones follow it"};
  }
  if (cut) return {.torn = true, .reason = what};
  const std::size_t end = offset + size->whole();
  const bool torn = written.size() <= end &&
                    HasUnwrittenSector(file, offset, end - size->padding);
  return {.torn = torn, .reason = what};
}

}  // namespace faultline::internal
