#pragma once

#include <functional>
#include <memory>

#include "faultline/cluster/checkpoint_cache.h"
#include "faultline/cluster/node_spec.h"
#include "faultline/service/managed_service.h"

namespace faultline {

// How to form the store whose checkpoint is wanted.
struct FormedCluster {
  std::string role;  // "ChainFire": leads the checkpoint's name
  NodeSpecs nodes = 3;
  std::vector<int> ports;
  std::vector<SharedDisk> shared_disks = {};
  std::function<std::unique_ptr<ManagedService>(Cluster&)> make_store;
  // ManagedService::configuration() of what make_store makes.
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
