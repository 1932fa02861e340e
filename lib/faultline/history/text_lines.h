#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <istream>
#include <string>

namespace faultline::internal {

struct TextLine {
  std::string text;   // without its newline
  int number = 0;     // from 1
  bool whole = true;  // false: the last line, and it has no newline
};

// What a kill left of the last line of a file; no bytes: nothing.
struct TornTail {
  int line = 0;
  std::size_t bytes = 0;
};

// Calls `use` for each line of `in`, in order; bytes of zero that a Recorder
// set aside and never used end it. Throws UsageError ("name:line: reason"),
// also for what `use` throws as UsageError.
void ForEachLine(std::istream& in, const std::string& name,
                 const std::function<void(const TextLine&)>& use);

// Throws UsageError with the path and the reason.
std::ifstream OpenText(const std::filesystem::path& file);

}  // namespace faultline::internal
