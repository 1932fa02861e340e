#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "faultline/cli/progress.h"

namespace faultline {

// Makes sure that there is a guest image and returns its directory: the one
// that FAULTLINE_IMAGE names, which must be complete, else Debian's with these
// services (none: the default ones), which is built, with its progress shown,
// if it is not in the cache or damaged there.
// Throws SetupError if the build fails, after what the build said was printed;
// UsageError if the named image cannot be used. For the main thread.
std::filesystem::path BuildImage(Progress& progress,
                                 const std::set<std::string>& services = {});

// What `--image RELEASE` says: images of that release of Debian are built and
// used from now on, by programs that are started later, too. Nothing: as it is.
// Throws UsageError for a release that there is no recipe of, or if
// FAULTLINE_IMAGE names an image already.
void UseRelease(const std::string& release);
inline constexpr char kImageOptionHelp[] =
    "guests of another Debian release: bullseye, trixie, sid";

// The program that builds the image: in the folder FAULTLINE_GUEST_RECIPE, else
// where it is installed, else in the source tree. Throws SetupError.
std::filesystem::path ImageBuilder();

}  // namespace faultline
