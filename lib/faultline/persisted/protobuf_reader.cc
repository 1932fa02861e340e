#include "faultline/persisted/protobuf_reader.h"

#include "faultline/base/error.h"

namespace faultline::internal {

bool ProtobufReader::Next() {
  if (rest_.empty()) return false;
  const std::uint64_t key = Varint();
  number_ = static_cast<std::uint32_t>(key >> 3);
  value_ = 0;
  bytes_ = {};
  switch (key & 7) {
    case 0:
      value_ = Varint();
      break;
    case 1:
      value_ = Fixed(8);
      break;
    case 2:
      bytes_ = Take(Varint());
      break;
    case 5:
      value_ = Fixed(4);
      break;
    default:
      throw Error("no protobuf: an unknown wire type");
  }
  if (number_ == 0) throw Error("no protobuf: field 0");
  return true;
}

std::uint64_t ProtobufReader::Varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(Take(1).front());
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw Error("no protobuf: a number of more than 64 bits");
}

std::uint64_t ProtobufReader::Fixed(std::size_t size) {
  const std::string_view bytes = Take(size);
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

std::string_view ProtobufReader::Take(std::uint64_t size) {
  if (size > rest_.size()) throw Error("no protobuf: it ends too early");
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

}  // namespace faultline::internal
