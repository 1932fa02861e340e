#pragma once

#include <string>

#include "faultline/base/deadline.h"
#include "faultline/cluster/checkpoint_cache.h"
#include "faultline/cluster/cluster.h"

namespace faultline {

// Whatever decides what a booted machine of this image and memory is: the
// image's files, QEMU, its arguments, the accelerator, this host's processor.
std::string MachineKey(const GuestImage& image, const Accelerator& accelerator,
                       int memory_mib);

// The cache of this user.
CheckpointCache UserCheckpoints();

// One machine of the image, booted and settled: what every node can be cloned
// from. Boots it if there is no checkpoint yet. Throws as CheckpointCache::Get
// and Cluster do.
CheckpointLease GuestCheckpoint(const GuestImage& image,
                                const Accelerator& accelerator, int memory_mib,
                                Deadline deadline,
                                CheckpointCache cache = UserCheckpoints());

}  // namespace faultline
