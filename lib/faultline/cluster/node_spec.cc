#include "faultline/cluster/node_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "faultline/base/error.h"
#include "faultline/vm/machine_disk.h"

namespace faultline {
namespace {

// What the data network's switch has ports and addresses for.
constexpr int kMostNodes = 39;
constexpr int kSmallestMemoryMib = 64;
constexpr int kMostProcessors = 16;
constexpr int kMostChannels = 8;
// What a bus with fixed places has room for.
constexpr std::size_t kMostDisks = 8;
// mke2fs refuses a file system with a journal below this.
constexpr int kSmallestStateDiskMib = 8;

void Require(bool right, const std::string& node, const std::string& problem) {
  if (!right) throw UsageError(fmt::format("{}: {}", node, problem));
}

void CheckSizes(const std::string& node, const NodeSpec& spec) {
  Require(spec.memory_mib == 0 || spec.memory_mib >= kSmallestMemoryMib, node,
          fmt::format("{} MiB of memory: at least {} are needed, or 0 for what "
                      "the image asks for",
                      spec.memory_mib, kSmallestMemoryMib));
  Require(spec.processors >= 1 && spec.processors <= kMostProcessors, node,
          fmt::format("{} processors: 1 to {} can be", spec.processors,
                      kMostProcessors));
  Require(spec.state_disk_mib >= kSmallestStateDiskMib, node,
          fmt::format("a state disk of {} MiB: at least {} are needed",
                      spec.state_disk_mib, kSmallestStateDiskMib));
}

void CheckChannels(const std::string& node, const NodeSpec& spec) {
  std::set<std::string> names = {"faultline"};
  Require(spec.channels.size() <= kMostChannels, node,
          fmt::format("{} channels: at most {} can be", spec.channels.size(),
                      kMostChannels));
  for (const std::string& name : spec.channels) {
    Require(!name.empty() && name.find_first_of(",/ =") == std::string::npos,
            node, fmt::format("no channel can be named \"{}\"", name));
    Require(names.insert(name).second, node,
            fmt::format("the channel \"{}\" is there already", name));
  }
}

void CheckDisk(const std::string& node, const std::string& serial, int mib,
               std::set<std::string>& serials) {
  CheckSerial(node, serial);
  Require(mib > 0, node,
          fmt::format("the disk \"{}\" has {} MiB: at least 1 is needed",
                      serial, mib));
  Require(serials.insert(serial).second, node,
          fmt::format("two disks have the serial \"{}\"", serial));
  Require(serials.size() <= kMostDisks, node,
          fmt::format("more than {} disks", kMostDisks));
}

void CheckSharedDisk(const SharedDisk& disk, int nodes) {
  for (const int node : disk.nodes)
    Require(
        node >= 1 && node <= nodes,
        fmt::format("shared disk \"{}\"", disk.serial),
        fmt::format("there is no node {} (nodes are 1 to {})", node, nodes));
}

}  // namespace

NodeSpecs::NodeSpecs(int count, const NodeSpec& each)
    : nodes_(static_cast<std::size_t>(std::max(count, 0)), each) {}

std::vector<SharedDisk> DisksSeenBy(int index,
                                    const std::vector<SharedDisk>& disks) {
  std::vector<SharedDisk> seen;
  std::ranges::copy_if(disks, std::back_inserter(seen), [&](const auto& disk) {
    return disk.nodes.empty() || std::ranges::count(disk.nodes, index) > 0;
  });
  return seen;
}

GuestImage ImageOf(const NodeSpec& spec, const GuestImage& default_image) {
  if (spec.services.empty()) return default_image;
  GuestImage image = LoadGuestImage(ServicesImageDirectory(spec.services));
  RequireServices(image, spec.services);
  return image;
}

std::filesystem::path SharedDiskPath(const std::filesystem::path& directory,
                                     const SharedDisk& disk) {
  return directory / ("shared-" + disk.serial + ".raw");
}

MachineOptions OptionsFor(const NodeSpec& spec, const GuestImage& image,
                          BootPath boot_path,
                          const std::vector<SharedDisk>& shared_disks,
                          const std::filesystem::path& shared_directory) {
  MachineOptions options;
  options.image = image;
  options.boot_path = boot_path;
  options.netboot_directory = image.directory;
  options.memory_mib = spec.memory_mib;
  if (options.memory_mib == 0)
    options.memory_mib = boot_path == BootPath::kNetboot
                             ? image.netboot_memory_mib
                             : image.memory_mib;
  options.processors = spec.processors;
  options.nested_virtualization = spec.nested_virtualization;
  options.state_disk_mib = spec.state_disk_mib;
  options.channels = spec.channels;
  for (const DiskSpec& disk : spec.disks)
    options.disks.push_back({.serial = disk.serial, .mib = disk.mib});
  for (const SharedDisk& disk : shared_disks)
    options.disks.push_back(
        {.serial = disk.serial,
         .mib = disk.mib,
         .shared_file = SharedDiskPath(shared_directory, disk)});
  return options;
}

void CheckNodeSpecs(const NodeSpecs& nodes,
                    const std::vector<SharedDisk>& shared_disks) {
  Require(nodes.size() >= 1 && nodes.size() <= kMostNodes, "cluster",
          fmt::format("{} nodes: 1 to {} can be", nodes.size(), kMostNodes));
  for (const SharedDisk& disk : shared_disks)
    CheckSharedDisk(disk, nodes.size());
  for (int index = 1; index <= nodes.size(); ++index) {
    const std::string node = fmt::format("node{}", index);
    const NodeSpec& spec = nodes.node(index);
    CheckSizes(node, spec);
    CheckChannels(node, spec);
    std::set<std::string> serials;
    for (const DiskSpec& disk : spec.disks)
      CheckDisk(node, disk.serial, disk.mib, serials);
    for (const SharedDisk& disk : DisksSeenBy(index, shared_disks))
      CheckDisk(node, disk.serial, disk.mib, serials);
  }
}

}  // namespace faultline
