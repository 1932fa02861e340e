#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/service/managed_service.h"

namespace faultline {

// The members of a cluster that is resumed from a checkpoint go on with the
// random numbers that they had, so that they would elect in the same way in
// each run. This transfers leadership a few times (0 to 2), each time to
// another node, as `seed` decides: who leads, in which term, and which election
// timeouts come next differ by seed, and are the same for one seed and one
// checkpoint. Returns the names of those that were made leader, in order.
// Nothing happens without the capability `leadership-transfer` or on one node.
// Throws as LeadershipControl does.
std::vector<std::string> RandomizeLeader(ManagedService& service,
                                         std::uint64_t seed, Deadline deadline);

}  // namespace faultline
