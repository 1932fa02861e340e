#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace faultline {

// The whole content. Throws UsageError that names the path.
std::string ReadFile(const std::filesystem::path& path);

// Readers see the old content or the new one, never a part: the content goes
// to a temporary file beside `path`, which then takes its name. Mode 0600.
// Throws UsageError that names the path and the reason ("No space left on
// device"), and leaves neither a temporary file nor a changed `path` behind.
void WriteFileAtomically(const std::filesystem::path& path,
                         std::string_view content);

// Writes all of `content` to an open descriptor; `path` is for the message of
// the UsageError.
void WriteAll(int descriptor, std::string_view content,
              const std::filesystem::path& path);

}  // namespace faultline
