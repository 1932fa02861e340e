#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace faultline::internal {

// The whole content of a file, which is opened once and read to its end: a
// pipe, a FIFO or "-" (standard input) will do. What gzip compressed is
// decompressed, a byte-order mark left out. Throws UsageError with the path and
// the reason.
std::string ReadTextFile(const std::filesystem::path& file);

// The same of a content that was read.
std::string ToPlainText(std::string content, const std::string& name);

}  // namespace faultline::internal
