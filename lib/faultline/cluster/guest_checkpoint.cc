#include "faultline/cluster/guest_checkpoint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

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

std::string ArgumentsKey(const GuestImage& image,
                         const Accelerator& accelerator, int memory_mib) {
  MachineOptions options;
  options.name = "node";
  options.image = image;
  options.accelerator = accelerator.name;
  options.memory_mib = memory_mib;
  options.directory = "/node";
  options.switch_directory = "/switch";
  options.forwarded_ports.clear();
  return fmt::format("{}", fmt::join(QemuArguments(options), " "));
}

}  // namespace

std::string MachineKey(const GuestImage& image, const Accelerator& accelerator,
                       int memory_mib) {
  std::string key = "checkpoint format 1\nimage " + image.id + "\n";
  for (const fs::path& file :
       {image.kernel, image.initrd, image.root.value_or(image.initrd),
        RequireProgram("qemu-system-x86_64")})
    key += FileKey(file) + "\n";
  return key + ProcessorKey() + ArgumentsKey(image, accelerator, memory_mib) +
         "\n";
}

CheckpointCache UserCheckpoints() {
  return CheckpointCache(CacheDirectory() / "checkpoints");
}

CheckpointLease GuestCheckpoint(const GuestImage& image,
                                const Accelerator& accelerator, int memory_mib,
                                Deadline deadline, CheckpointCache cache) {
  const CheckpointKey key{.name = "guest",
                          .text = MachineKey(image, accelerator, memory_mib),
                          .machines = 1,
                          .memory_mib = memory_mib};
  return cache.Get(
      key,
      [&](const fs::path& directory) {
        Log(LogLevel::kInfo, "booting a guest to clone from");
        Cluster cluster({.nodes = 1,
                         .memory_mib = memory_mib,
                         .checkpoint_directory = directory},
                        image, deadline);
        cluster.Start(deadline);
        cluster.node(1).Succeed(kWarmUp, deadline);
        cluster.Save(deadline);
      },
      deadline);
}

}  // namespace faultline
