#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::internal {

// What one message of a peer may cost at most.
struct JsonLimits {
  std::size_t bytes = std::size_t{16} << 20;
  int depth = 64;
};

// Finds the messages in a stream of JSON objects that nothing separates. It
// counts brackets and knows strings; whether a message is valid JSON, its
// parser says. One thread at a time.
class JsonFramer {
 public:
  explicit JsonFramer(JsonLimits limits = {}) : limits_(limits) {}

  // Throws Error that says what is wrong and at which byte of the stream:
  // something that is no object, a message that is too long or nested too
  // deeply. Nothing can be read from the stream after that.
  void Feed(std::string_view bytes);
  // The oldest whole message.
  std::optional<std::string> Next();

 private:
  void FeedOne(char byte);
  void Begin(char byte);
  void CountBracket(char byte);

  const JsonLimits limits_;
  std::deque<std::string> whole_;
  std::string current_;
  std::size_t offset_ = 0;
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace faultline::internal
