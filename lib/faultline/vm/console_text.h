#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace faultline {

// A console as a person reads it: no escape sequences, no control characters
// but the newline.
std::string CleanConsoleText(std::string_view raw);

// The last `count` lines that are not blank, each with its newline.
std::string LastLines(const std::string& text, int count);

// What a file holds from `offset` on; empty if it cannot be read.
std::string ReadFrom(const std::filesystem::path& file, std::uintmax_t offset);

}  // namespace faultline
