#include "faultline/vm/accelerator.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/base/program_path.h"
#include "faultline/vm/accelerator_cache.h"
#include "faultline/vm/trial_boot.h"

namespace faultline {
namespace {

using std::chrono::seconds;

// Real time, not scaled: the probe is what the scale comes from.
constexpr seconds kKvmDeadline{5};
constexpr seconds kTcgDeadline{120};

// Without a measurement, and at least: what a trial boot costs on a 2-core
// machine without KVM varies two-fold from one hour to the next, and election
// timeouts, which follow the scale, should not.
constexpr double kUsualTcgScale = 2.5;

std::optional<Accelerator> ChosenByEnvironment() {
  const auto name = Environment("FAULTLINE_ACCELERATOR");
  if (!name) return std::nullopt;
  if (*name != "kvm" && *name != "tcg")
    throw UsageError(fmt::format(
        "FAULTLINE_ACCELERATOR is \"{}\": it must be kvm or tcg", *name));
  return Accelerator{*name, "chosen by FAULTLINE_ACCELERATOR",
                     *name == "kvm" ? 1 : kUsualTcgScale};
}

// Why KVM cannot even be tried; empty if it can.
std::string KvmObstacle() {
  const FileDescriptor device(::open("/dev/kvm", O_RDWR | O_CLOEXEC));
  if (device) return "";
  return errno == ENOENT   ? "there is no /dev/kvm"
         : errno == EACCES ? "no permission to open /dev/kvm"
                           : "/dev/kvm does not open";
}

Accelerator Measured(const std::string& name, double boot_seconds,
                     const std::string& before) {
  return {
      name,
      fmt::format("{}the guest kernel booted in {:.1f} s of processor time",
                  before, boot_seconds),
      std::max(TimeScaleFor(boot_seconds), name == "kvm" ? 1 : kUsualTcgScale)};
}

Accelerator Probe(Warden& warden, const GuestImage& image) {
  std::string obstacle = KvmObstacle();
  if (obstacle.empty()) {
    const TrialBoot boot = TryBoot(warden, image, "kvm", kKvmDeadline);
    if (boot.seconds) return Measured("kvm", *boot.seconds, "");
    obstacle = "/dev/kvm opens, but " + boot.problem;
  }
  const TrialBoot boot = TryBoot(warden, image, "tcg", kTcgDeadline);
  if (boot.seconds) return Measured("tcg", *boot.seconds, obstacle + "; ");
  throw MachineError(fmt::format("no accelerator boots {}: kvm: {}; tcg: {}",
                                 image.kernel.string(), obstacle,
                                 boot.problem));
}

}  // namespace

Accelerator ProbeAccelerator(Warden& warden, const GuestImage& image) {
  const auto qemu = RequireProgram("qemu-system-x86_64");
  if (const auto chosen = ChosenByEnvironment()) return *chosen;
  const AcceleratorCache cache(CacheDirectory() / "accelerator.json",
                               ProbeKey(qemu, image));
  if (const auto known = cache.Load()) return *known;
  const Accelerator found = Probe(warden, image);
  cache.Store(found);
  return found;
}

}  // namespace faultline
