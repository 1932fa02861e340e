#pragma once

#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/cluster/checkpoint_cache.h"
#include "faultline/cluster/cluster.h"

namespace faultline {

// Whatever decides what a booted machine of this kind is: its image (`image` if
// the spec names no services) and the image's files, QEMU, its arguments, the
// disks, the accelerator, this host's processor. `shared_disks` are those that
// it sees.
std::string MachineKey(const GuestImage& image, const Accelerator& accelerator,
                       const NodeSpec& spec = {},
                       const std::vector<SharedDisk>& shared_disks = {});

// The same of all nodes of a cluster, with room and files for each: the key of
// a checkpoint of that cluster, to which its maker adds what runs there.
CheckpointKey ClusterKey(const std::string& name, const GuestImage& image,
                         const Accelerator& accelerator, const NodeSpecs& nodes,
                         const std::vector<SharedDisk>& shared_disks = {});

// The cache of this user.
CheckpointCache UserCheckpoints();

// One machine of the image, booted and settled: what every node of this kind
// can be cloned from. Boots it if there is no checkpoint yet. Throws as
// CheckpointCache::Get and Cluster do.
CheckpointLease GuestCheckpoint(
    const GuestImage& image, const Accelerator& accelerator,
    const NodeSpec& spec, Deadline deadline,
    const std::vector<SharedDisk>& shared_disks = {},
    CheckpointCache cache = UserCheckpoints());

// A guest for each node of a cluster, one checkpoint for each kind of node.
struct GuestCheckpoints {
  std::vector<MachineCheckpoint> machines;  // node 1 first
  std::vector<CheckpointLease> leases;      // hold while they are resumed

  std::string Names() const;  // of the checkpoints, for people
};
GuestCheckpoints GuestsFor(const ClusterOptions& options,
                           const GuestImage& image,
                           const Accelerator& accelerator, Deadline deadline);

}  // namespace faultline
