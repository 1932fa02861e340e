#pragma once

#include <string>

#include "faultline/base/warden.h"
#include "faultline/vm/image.h"

namespace faultline {

// How QEMU runs guest code on this machine, and how fast.
struct Accelerator {
  std::string name;  // "kvm" or "tcg"
  // Why: "the guest kernel booted in 0.4 s of processor time", "/dev/kvm opens,
  // but the guest kernel did not start /init within 5 s; ..."
  std::string reason;
  double time_scale = 1;  // Within() multiplies by it: 1 to 8
};

// Boots the guest kernel until it starts /init, on KVM within 5 s, else on TCG
// (design decision 4); the processor time this takes gives the time scale. The
// answer is kept in the cache for this host boot, QEMU and image; several
// processes may probe at once. FAULTLINE_ACCELERATOR=kvm|tcg skips the probe.
// Throws UsageError if QEMU is missing, MachineError if neither boots.
Accelerator ProbeAccelerator(Warden& warden, const GuestImage& image);

}  // namespace faultline
