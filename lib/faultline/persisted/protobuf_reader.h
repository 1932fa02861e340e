#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::internal {

// Goes through the fields of one protobuf message (wire format of proto2 and
// proto3). Throws Error if the bytes are none.
//
//   for (ProtobufReader fields(bytes); fields.Next();) {
//     if (fields.number() == 1) term = fields.value();
//   }
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view bytes) : rest_(bytes) {}

  // False at the end.
  bool Next();
  std::uint32_t number() const { return number_; }
  std::uint64_t value() const { return value_; }     // 0 for bytes
  std::string_view bytes() const { return bytes_; }  // empty for numbers

 private:
  std::uint64_t Varint();
  std::uint64_t Fixed(std::size_t size);
  std::string_view Take(std::uint64_t size);

  std::string_view rest_;
  std::uint32_t number_ = 0;
  std::uint64_t value_ = 0;
  std::string_view bytes_;
};

}  // namespace faultline::internal
