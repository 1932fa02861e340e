#pragma once

#include <functional>
#include <memory>

#include "faultline/cluster/checkpoint_cache.h"
#include "faultline/service/managed_service.h"

namespace faultline {

// How to form the store whose checkpoint is wanted.
struct FormedCluster {
  std::string role;  // "ChainFire": leads the checkpoint's name
  int nodes = 3;
  std::vector<int> ports;
  std::function<std::unique_ptr<ManagedService>(Cluster&)> make_store;
  // ManagedService::name() and settings() of what make_store makes.
  std::string store;
};

// All machines of a formed and healthy cluster, stopped at one cut. Forms it on
// clones of the guest's checkpoint if there is none yet. Throws as
// CheckpointCache::Get, Cluster and ManagedService::Form do.
CheckpointLease FormedCheckpoint(const FormedCluster& formed,
                                 const GuestImage& image,
                                 const Accelerator& accelerator,
                                 Deadline deadline);

// Name and settings in one text.
std::string DescribeStore(const ManagedService& service);

}  // namespace faultline
