#pragma once

#include <filesystem>

#include "faultline/base/warden.h"
#include "faultline/cli/progress.h"

namespace faultline {

// Builds the Debian guest image if it is not in the cache yet, with its
// progress shown. No effect with FAULTLINE_IMAGE set. Throws UsageError if the
// build fails.
void BuildImage(Warden& warden, Progress& progress);

}  // namespace faultline
