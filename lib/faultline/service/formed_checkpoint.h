#pragma once

#include <string>

#include "faultline/cluster/checkpoint_cache.h"
#include "faultline/cluster/node_spec.h"
#include "faultline/service/binding.h"

namespace faultline {

// How to form the service whose checkpoint is wanted.
struct FormedCluster {
  ServiceBinding binding;
  NodeSpecs nodes = 3;
  std::vector<SharedDisk> shared_disks = {};
  // ManagedService::configuration() of what the binding makes.
  std::string configuration;
};

// All machines of a formed and healthy cluster, stopped at one cut. Forms it on
// clones of the guest's checkpoint if there is none yet. Throws as
// CheckpointCache::Get, Cluster and ManagedService::Form do.
CheckpointLease FormedCheckpoint(const FormedCluster& formed,
                                 const GuestImage& image,
                                 const Accelerator& accelerator,
                                 Deadline deadline);

// What such a checkpoint is good for.
CheckpointKey KeyOf(const FormedCluster& formed, const GuestImage& image,
                    const Accelerator& accelerator);

}  // namespace faultline
