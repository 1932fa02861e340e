#pragma once

#include <optional>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"
#include "faultline/vm/image.h"

namespace faultline {

struct TrialBoot {
  // From starting QEMU to the guest's /init: what QEMU used of the processor,
  // so that other work on this machine does not count.
  std::optional<double> seconds;
  std::string problem;  // if it did not get there, what was seen
};

// Boots kernel and initrd, without disks and networks, until the kernel starts
// /init, and kills it. Earlier lines prove little: with a KVM that does not
// work, the kernel's 16-bit part still prints. Leaves nothing behind.
TrialBoot TryBoot(Warden& warden, const GuestImage& image,
                  const std::string& accelerator, Duration limit);

}  // namespace faultline
