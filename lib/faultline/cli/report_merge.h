#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace faultline {

// What laying runs together did.
struct MergeResult {
  int taken = 0;                             // runs and records of runs
  std::vector<std::string> duplicates = {};  // "T040.S2.X/2026...: in a and b"
};

// Copies every run of `sources` (roots of run directories) into `out`, which is
// made if need be; what lies in `out` stays. What is there twice and equal is
// taken once and told. Throws UsageError, and copies nothing, if a source has
// no runs, or two of them hold something different under one name. All appears
// in `out` at the end, each run whole.
MergeResult MergeRuns(const std::vector<std::filesystem::path>& sources,
                      const std::filesystem::path& out);

}  // namespace faultline
