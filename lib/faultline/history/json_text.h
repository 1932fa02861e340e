#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::internal {

// Appends the text with its quotes; bytes that are not UTF-8 become U+FFFD.
void AppendJsonText(std::string& json, std::string_view text);

// Builds one JSON object as one line, field by field, without a document tree
// in between: an event is recorded while clients wait. Bytes that are not UTF-8
// become U+FFFD.
//
//   JsonLineWriter("ok").Add("id", 3).Add("value", "a\"b").Finish()
class JsonLineWriter {
 public:
  JsonLineWriter() : line_("{") {}
  explicit JsonLineWriter(std::string_view type);

  JsonLineWriter& Add(std::string_view name, std::string_view value);
  JsonLineWriter& Add(std::string_view name, std::int64_t value);
  JsonLineWriter& AddUnsigned(std::string_view name, std::uint64_t value);
  // `json` is put in as it is.
  JsonLineWriter& AddJson(std::string_view name, std::string_view json);
  // The line with its newline.
  std::string Finish();

 private:
  void AddName(std::string_view name);

  std::string line_;
};

}  // namespace faultline::internal
