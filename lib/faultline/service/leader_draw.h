#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/service/replicated_store.h"

namespace faultline {

// The members of a cluster that is resumed from a checkpoint go on with the
// random numbers that they had, so that they would elect in the same way in
// each run. This hands leadership over a few times (0 to 2), each time to
// another member, as `seed` decides: who leads, in which term, and which
// election timeouts come next differ by seed, and are the same for one seed and
// one checkpoint. Nothing happens where the store cannot hand over or has one
// member. The names of those that were made leader, in order. Throws as
// ReplicatedStore::HandOver and WaitForLeader do.
std::vector<std::string> DrawLeader(ReplicatedStore& store, std::uint64_t seed,
                                    Deadline deadline);

}  // namespace faultline
