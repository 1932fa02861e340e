#pragma once

#include <memory>

#include "faultline/fault/fault.h"
#include "faultline/fault/fault_spec.h"

namespace faultline::internal {

// A power cut of all targets at once that loses what they had written to their
// disks and not flushed. Parameters: keep (flushed, prefix, torn), window,
// seed.
std::unique_ptr<Fault> MakeUnflushedPowerCut(const FaultContext& context,
                                             const FaultSpec& spec);

}  // namespace faultline::internal
