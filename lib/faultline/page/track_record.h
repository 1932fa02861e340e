#pragma once

#include <filesystem>
#include <string>

namespace faultline {

// docs/track-record.md: what the suite has shown to be broken, from what
// `faultline reproduce` (reproduce.json) and the controls (control.json) left.

// Copies those below `runs` (a root of run directories) into `directory`, one
// file a defect and version or a control; a later one replaces an earlier one.
// Returns how many were copied. Throws UsageError naming the file that is
// malformed.
int TakeTrackRecord(const std::filesystem::path& runs,
                    const std::filesystem::path& directory);

// The document of what `directory` holds, which may be missing. Throws
// UsageError naming the file that is malformed.
std::string TrackRecord(const std::filesystem::path& directory);

}  // namespace faultline
