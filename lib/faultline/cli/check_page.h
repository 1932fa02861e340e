#pragma once

#include <filesystem>

#include "faultline/cli/check_finding.h"
#include "faultline/cli/check_subject.h"

namespace faultline {

// Draws what was found about one subject as a page of HTML into `page`
// (page/timeline.h). Of a directory everything that can be read is shown, also
// if the rest was bad input. Throws UsageError if there is nothing to draw, the
// page cannot be written, or this build has no pages.
void WriteCheckPage(const CheckFinding& finding, const CheckRequest& request,
                    const std::filesystem::path& page);

}  // namespace faultline
