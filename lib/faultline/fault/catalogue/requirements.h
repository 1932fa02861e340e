#pragma once

#include <string>
#include <vector>

#include "faultline/fault/fault_kind.h"
#include "faultline/vm/image.h"

namespace faultline {

// None of these needs anything that runs.

// What a kind needs and this host or this guest lacks: a program, a kernel
// module. One line; empty if nothing is known to be missing (an image need not
// tell its modules).
std::string MissingFor(const FaultKind& kind, const GuestImage& image);
// Throws UsageError with that line.
void RequireProvided(const FaultKind& kind, const GuestImage& image);

// What a kind needs and a service does not have; `service` names it in the gap.
std::vector<Gap> GapsOf(const FaultKind& kind, const Capabilities& has,
                        const std::string& service);
// Throws GapError with the first of them.
void RequireCapabilities(const FaultKind& kind, const Capabilities& has,
                         const std::string& service);

}  // namespace faultline
