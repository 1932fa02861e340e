#include "faultline/service/ovsdb/json_framer.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline::internal {

void JsonFramer::Feed(std::string_view bytes) {
  for (const char byte : bytes) {
    FeedOne(byte);
    ++offset_;
  }
}

std::optional<std::string> JsonFramer::Next() {
  if (whole_.empty()) return std::nullopt;
  std::string message = std::move(whole_.front());
  whole_.pop_front();
  return message;
}

void JsonFramer::FeedOne(char byte) {
  if (depth_ == 0) return Begin(byte);
  if (current_.size() >= limits_.bytes) {
    throw Error(fmt::format("a message of more than {} bytes", limits_.bytes));
  }
  current_ += byte;
  if (escaped_) {
    escaped_ = false;
  } else if (in_string_) {
    escaped_ = byte == '\\';
    in_string_ = byte != '"';
  } else if (byte == '"') {
    in_string_ = true;
  } else {
    CountBracket(byte);
  }
}

void JsonFramer::Begin(char byte) {
  if (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t') return;
  if (byte != '{') {
    throw Error(fmt::format("byte {}: 0x{:02x} where a message should begin",
                            offset_, static_cast<unsigned char>(byte)));
  }
  current_ = byte;
  depth_ = 1;
}

void JsonFramer::CountBracket(char byte) {
  if (byte == '{' || byte == '[') ++depth_;
  if (byte == '}' || byte == ']') --depth_;
  if (depth_ > limits_.depth) {
    throw Error(fmt::format("byte {}: a message nested more than {} deep",
                            offset_, limits_.depth));
  }
  if (depth_ > 0) return;
  whole_.push_back(std::move(current_));
  current_.clear();
}

}  // namespace faultline::internal
