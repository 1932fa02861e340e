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

// An initrd that holds an empty /init and nothing else, as cpio writes it
// ("newc"): the kernel says that it starts it.
std::string TrialInitrd();

// Boots the image's kernel with a TrialInitrd, without disks and networks,
// until the kernel starts /init, and kills it: an image whose root lies in its
// initrd costs no more than another one. Earlier lines prove little: with a KVM
// that does not work, the kernel's 16-bit part still prints. Leaves nothing
// behind.
TrialBoot TryBoot(Warden& warden, const GuestImage& image,
                  const std::string& accelerator, Duration limit);

}  // namespace faultline
