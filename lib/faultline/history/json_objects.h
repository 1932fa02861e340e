#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace faultline::internal {

// Cuts a text of JSON objects, one after the other or within one array, into
// these objects, so that each is known with its line. The text must outlive it.
class JsonObjects {
 public:
  static constexpr int kMostNesting = 64;

  struct Object {
    std::string_view text;
    int line = 0;  // where it begins
  };

  explicit JsonObjects(std::string_view text) : text_(text) {}

  // Nothing at the end. Throws UsageError with the reason; the line is
  // `line()`. An object that never ends is nothing, too, and `torn()` then.
  std::optional<Object> Next();
  bool torn() const { return torn_; }
  // How much of the text is behind it; of a torn object, what stands before.
  std::size_t position() const { return position_; }
  int line() const { return line_; }

 private:
  void SkipBlanks();
  bool TakeBrackets();
  std::size_t EndOfObject(int& line) const;

  std::string_view text_;
  std::size_t position_ = 0;
  int line_ = 1;
  bool begun_ = false;
  bool within_ = false;  // an array
  bool ended_ = false;   // it
  bool torn_ = false;
};

}  // namespace faultline::internal
