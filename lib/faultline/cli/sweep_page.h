#pragma once

#include <filesystem>
#include <string>

#include "faultline/sweep/sweep_run.h"

namespace faultline {

// Writes what a run of a sweep found that did not hold into its directory, as
// `result.json` and `timeline.html`. `rerun` is the line that runs it again.
// Throws UsageError.
void KeepSweepPage(const std::string& role, const SweepCase& what,
                   const SweepOutcome& outcome,
                   const std::filesystem::path& directory,
                   const std::string& rerun);

}  // namespace faultline
