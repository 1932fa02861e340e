#pragma once

#include <filesystem>

namespace faultline {

// Copies a file and keeps its holes; shares the blocks where the file system
// can. `to` must not exist. Throws UsageError naming the file and the reason;
// a half-written `to` is removed.
void CopySparse(const std::filesystem::path& from,
                const std::filesystem::path& to);

}  // namespace faultline
