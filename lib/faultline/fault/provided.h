#pragma once

#include <string>
#include <vector>

#include "faultline/fault/fault_kind.h"
#include "faultline/vm/image.h"

namespace faultline {

// What a fault needs and this host or this guest lacks: a program, a kernel
// module. One line; empty if nothing is known to be missing (an image need not
// tell its modules). Needs nothing that runs.
std::string MissingFor(const FaultKind& kind, const GuestImage& image);

// Throws UsageError with that line.
void RequireProvided(const FaultKind& kind, const GuestImage& image);

}  // namespace faultline
