#include "faultline/service/formed_checkpoint.h"

#include <fmt/format.h>

#include "faultline/base/log.h"
#include "faultline/cluster/guest_checkpoint.h"

namespace faultline {
namespace {

void FormAndSave(const FormedCluster& formed, const GuestImage& image,
                 const Accelerator& accelerator,
                 const std::filesystem::path& directory, Deadline deadline) {
  Log(LogLevel::kInfo, fmt::format("forming {} on {} nodes to clone from",
                                   formed.store, formed.nodes));
  const CheckpointLease guest =
      GuestCheckpoint(image, accelerator, image.memory_mib, deadline);
  Cluster cluster({.nodes = formed.nodes,
                   .ports = formed.ports,
                   .checkpoint_directory = directory},
                  image, deadline);
  cluster.Resume(guest.checkpoint, deadline);
  {
    const auto store = formed.make_store(cluster);
    store->Form(cluster.nodes(), deadline);
    store->WaitUntilSettled(deadline);
  }
  cluster.Save(deadline);
}

}  // namespace

CheckpointLease FormedCheckpoint(const FormedCluster& formed,
                                 const GuestImage& image,
                                 const Accelerator& accelerator,
                                 Deadline deadline) {
  const CheckpointKey key{
      .name = fmt::format("{}-{}", formed.role, formed.nodes),
      .text = fmt::format("{}nodes {}\n{}\n",
                          MachineKey(image, accelerator, image.memory_mib),
                          formed.nodes, formed.store),
      .machines = formed.nodes,
      .memory_mib = image.memory_mib};
  return UserCheckpoints().Get(
      key,
      [&](const std::filesystem::path& directory) {
        FormAndSave(formed, image, accelerator, directory, deadline);
      },
      deadline);
}

std::string DescribeStore(const ManagedService& service) {
  std::string text = service.name();
  for (const auto& [name, value] : service.settings())
    text += fmt::format(", {} {}", name, value);
  return text;
}

}  // namespace faultline
