#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace faultline::internal {

struct TextLine {
  std::string_view text;  // without its newline
  int number = 0;         // from 1
  bool whole = true;      // false: the last line, and it has no newline
};

// What a kill left of the last line of a file; no bytes: nothing.
struct TornTail {
  int line = 0;
  std::size_t bytes = 0;
};

// Calls `use` for each line of `text`, in order, until it returns false; bytes
// of zero that a Recorder set aside and never used end it. Throws UsageError
// ("name:line: reason") for what `use` throws as UsageError.
void ForEachLine(std::string_view text, const std::string& name,
                 const std::function<bool(const TextLine&)>& use);

}  // namespace faultline::internal
