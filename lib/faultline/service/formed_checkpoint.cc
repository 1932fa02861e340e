#include "faultline/service/formed_checkpoint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "faultline/base/log.h"
#include "faultline/cluster/guest_checkpoint.h"

namespace faultline {
namespace {

void FormAndSave(const FormedCluster& formed, const GuestImage& image,
                 const Accelerator& accelerator,
                 const std::filesystem::path& directory, Deadline deadline) {
  Log(LogLevel::kInfo, fmt::format("forming {} on {} nodes to clone from",
                                   formed.binding.role, formed.nodes.size()));
  const ClusterOptions options{.nodes = formed.nodes,
                               .ports = formed.binding.ports,
                               .shared_disks = formed.shared_disks,
                               .checkpoint_directory = directory};
  const GuestCheckpoints guests =
      GuestsFor(options, image, accelerator, deadline);
  Cluster cluster(options, image, deadline);
  cluster.Resume(guests.machines, deadline);
  {
    const auto service = formed.binding.make(cluster);
    service->Form(cluster.nodes(), deadline);
    service->WaitUntilSettled(deadline);
  }
  cluster.Save(deadline);
}

}  // namespace

CheckpointLease FormedCheckpoint(const FormedCluster& formed,
                                 const GuestImage& image,
                                 const Accelerator& accelerator,
                                 Deadline deadline) {
  return UserCheckpoints().Get(
      KeyOf(formed, image, accelerator),
      [&](const std::filesystem::path& directory) {
        FormAndSave(formed, image, accelerator, directory, deadline);
      },
      deadline);
}

CheckpointKey KeyOf(const FormedCluster& formed, const GuestImage& image,
                    const Accelerator& accelerator) {
  CheckpointKey key =
      ClusterKey(fmt::format("{}-{}", formed.binding.role, formed.nodes.size()),
                 image, accelerator, formed.nodes);
  key.text += formed.configuration + "\n";
  for (const SharedDisk& disk : formed.shared_disks)
    key.text += fmt::format("shared {} {} {}\n", disk.serial, disk.mib,
                            fmt::join(disk.nodes, ","));
  return key;
}

}  // namespace faultline
