#pragma once

#include <cstdint>
#include <string>

#include "faultline/sweep/sweep.h"

namespace faultline {

// What a sweep's record says beside what the sweep found.
struct SweepIdentity {
  std::string role;
  std::string shard;  // "2/5"
  std::uint64_t first_seed = 1;
  std::uint64_t stride = 1;
  std::string started;  // UTC, ISO 8601
  std::string rerun;    // the sweep's command line
};

// sweep.json (docs/reports.md): what `sweep.txt` says, and every plan, for a
// program. Sweeps of several machines add up.
std::string SweepRecord(const SweepIdentity& identity,
                        const SweepSummary& summary);

}  // namespace faultline
