#pragma once

#include <string>

#include "faultline/base/warden.h"
#include "faultline/vm/image.h"

namespace faultline {

// How QEMU runs guest code on this machine, and how fast.
struct Accelerator {
  std::string name;    // "kvm" or "tcg"
  std::string reason;  // why: "booted in 0.4 s", "/dev/kvm opens but the guest
                       // kernel printed nothing in 5 s"
  double time_scale = 1;  // Within() multiplies by it
};

// Boots the guest kernel to its first line on KVM under a deadline; else TCG
// (design decision 4). The answer is kept in the cache for this host boot, QEMU
// and kernel. FAULTLINE_ACCELERATOR=kvm|tcg skips the probe. Throws UsageError
// if QEMU is missing.
Accelerator ProbeAccelerator(Warden& warden, const GuestImage& image);

}  // namespace faultline
