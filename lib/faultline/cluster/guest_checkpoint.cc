#include "faultline/cluster/guest_checkpoint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "faultline/base/files.h"
#include "faultline/base/log.h"
#include "faultline/base/program_path.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

// Optional in an image: brings into memory what tests start.
constexpr char kWarmUp[] =
    "if [ -x /usr/lib/faultline/warm-up ]; then /usr/lib/faultline/warm-up; fi "
    ">/dev/null 2>&1; sync";

// Changes when a file is replaced, also by one of the same length.
std::string FileKey(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return file.string() + " missing";
  return fmt::format("{} {} {} {}.{}", file.string(), status.st_ino,
                     status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

// What of the host's processor a guest may have looked at, once for all cores.
std::string ProcessorKey() {
  std::istringstream lines(ReadFile("/proc/cpuinfo"));
  std::string key;
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    for (const char* field :
         {"vendor_id", "cpu family", "model", "stepping", "microcode", "flags"})
      if (line.starts_with(field)) key += line + "\n";
  }
  return key;
}

std::string ArgumentsKey(const MachineOptions& shape,
                         const Accelerator& accelerator) {
  MachineOptions options = shape;
  options.name = "node";
  options.accelerator = accelerator.name;
  options.directory = "/node";
  options.switch_directory = "/switch";
  options.forwarded_ports.clear();
  return fmt::format("{}", fmt::join(QemuArguments(options), " "));
}

// QEMU's arguments name the disks' files, not their sizes.
std::string DisksKey(const MachineOptions& options) {
  std::string key = fmt::format("disks state {}", options.state_disk_mib);
  for (const MachineDisk& disk : options.disks)
    key += fmt::format(", {} {}", disk.serial, disk.mib);
  return key;
}

MachineOptions ShapeOf(const NodeSpec& spec, const GuestImage& image,
                       const std::vector<SharedDisk>& shared_disks) {
  return OptionsFor(spec, image, BootPath::kDirect, shared_disks, "/shared");
}

// As one machine alone sees them.
std::vector<SharedDisk> SeenByAll(std::vector<SharedDisk> disks) {
  for (SharedDisk& disk : disks) disk.nodes.clear();
  return disks;
}

}  // namespace

std::string MachineKey(const GuestImage& default_image,
                       const Accelerator& accelerator, const NodeSpec& spec,
                       const std::vector<SharedDisk>& shared_disks) {
  const GuestImage image = ImageOf(spec, default_image);
  std::string key = "checkpoint format 1\nimage " + image.id + "\n";
  for (const fs::path& file :
       {image.kernel, image.initrd, image.root.value_or(image.initrd),
        RequireProgram("qemu-system-x86_64")})
    key += FileKey(file) + "\n";
  const MachineOptions shape = ShapeOf(spec, image, shared_disks);
  return fmt::format("{}{}{}\n{}\n", key, ProcessorKey(),
                     ArgumentsKey(shape, accelerator), DisksKey(shape));
}

CheckpointKey ClusterKey(const std::string& name, const GuestImage& image,
                         const Accelerator& accelerator, const NodeSpecs& nodes,
                         const std::vector<SharedDisk>& shared_disks) {
  CheckpointKey key{
      .name = name, .text = "", .machines = nodes.size(), .memory_mib = 0};
  std::string last;
  for (int index = 1; index <= nodes.size(); ++index) {
    const NodeSpec& spec = nodes.node(index);
    const auto seen = SeenByAll(DisksSeenBy(index, shared_disks));
    const std::string machine = MachineKey(image, accelerator, spec, seen);
    key.text += machine == last
                    ? fmt::format("node {}: as the one before\n", index)
                    : fmt::format("node {}: {}", index, machine);
    last = machine;
    key.memory_mib = std::max(
        key.memory_mib, ShapeOf(spec, ImageOf(spec, image), {}).memory_mib);
    for (const DiskSpec& disk : spec.disks)
      key.disks.push_back(
          fmt::format("node{}/disk-{}.raw", index, disk.serial));
  }
  for (const SharedDisk& disk : shared_disks)
    key.disks.push_back(SharedDiskPath("", disk));
  return key;
}

CheckpointCache UserCheckpoints() {
  return CheckpointCache(CacheDirectory() / "checkpoints");
}

CheckpointLease GuestCheckpoint(const GuestImage& image,
                                const Accelerator& accelerator,
                                const NodeSpec& spec, Deadline deadline,
                                const std::vector<SharedDisk>& shared_disks,
                                CheckpointCache cache) {
  const auto seen = SeenByAll(shared_disks);
  return cache.Get(
      ClusterKey("guest", image, accelerator, {1, spec}, seen),
      [&](const fs::path& directory) {
        Log(LogLevel::kInfo, "booting a guest to clone from");
        Cluster cluster({.nodes = {1, spec},
                         .shared_disks = seen,
                         .checkpoint_directory = directory},
                        image, deadline);
        cluster.Start(deadline);
        cluster.node(1).Succeed(kWarmUp, deadline);
        cluster.Save(deadline);
      },
      deadline);
}

std::string GuestCheckpoints::Names() const {
  std::set<std::string> names;
  for (const CheckpointLease& lease : leases)
    names.insert(lease.checkpoint.directory.filename());
  return fmt::format("{}", fmt::join(names, ", "));
}

GuestCheckpoints GuestsFor(const ClusterOptions& options,
                           const GuestImage& image,
                           const Accelerator& accelerator, Deadline deadline) {
  GuestCheckpoints guests;
  for (int index = 1; index <= options.nodes.size(); ++index) {
    guests.leases.push_back(
        GuestCheckpoint(image, accelerator, options.nodes.node(index), deadline,
                        DisksSeenBy(index, options.shared_disks)));
    guests.machines.push_back(guests.leases.back().checkpoint.machine(1));
  }
  return guests;
}

}  // namespace faultline
