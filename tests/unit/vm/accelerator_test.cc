#include "faultline/vm/accelerator.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"
#include "faultline/vm/trial_boot.h"
#include "support/fake_qemu.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const char kBoots[] =
    "echo 'Run /init as init process' >>\"$console\"; exec sleep 1000";

GuestImage SomeImage() {
  GuestImage image;
  image.id = "image";
  return image;
}

// A cache of its own and no choice by the environment.
struct Rig {
  explicit Rig(const std::string& script)
      : qemu(script),
        cache("FAULTLINE_CACHE", scratch.path()),
        choice("FAULTLINE_ACCELERATOR", "") {}

  ScratchDirectory scratch;
  FakeQemu qemu;
  ScopedVariable cache;
  ScopedVariable choice;
  Warden warden;
};

TEST(AcceleratorProbe, TakesAnAcceleratorThatBootsTheKernel) {
  Rig rig(kBoots);
  const Accelerator found = ProbeAccelerator(rig.warden, SomeImage());
  EXPECT_THAT(found.reason, HasSubstr("the guest kernel booted in"));
  EXPECT_GE(found.time_scale, 1);
}

// A root inside the initrd takes seconds to unpack, which say nothing about how
// fast the machine is.
TEST(AcceleratorProbe, LeavesTheImagesInitrdAlone) {
  Rig rig(std::string("for argument; do\n"
                      "  [ \"$before\" != -initrd ] || initrd=$argument\n"
                      "  before=$argument\n"
                      "done\n"
                      "[ \"$(wc -c <\"$initrd\")\" -lt 512 ] || exit 1\n") +
          kBoots);
  GuestImage image = SomeImage();
  image.initrd = rig.scratch.Write("initrd", std::string(1 << 20, 'x'));
  EXPECT_THAT(ProbeAccelerator(rig.warden, image).reason, HasSubstr("booted"));
}

// The archive is what GNU cpio writes for an empty, executable "init".
TEST(TrialInitrd, HoldsAnEmptyInit) {
  const std::string archive = TrialInitrd();
  EXPECT_EQ(archive.substr(0, 116),
            "070701"
            "00000000"
            "000081ED"
            "00000000"
            "00000000"
            "00000001"
            "00000000"
            "00000000"
            "00000000"
            "00000000"
            "00000000"
            "00000000"
            "00000005"
            "00000000" +
                std::string("init\0\0", 6));
  EXPECT_EQ(archive.substr(116, 6), "070701");
  EXPECT_EQ(archive.substr(116 + 110), std::string("TRAILER!!!\0\0\0\0", 14));
}

TEST(AcceleratorProbe, FallsBackAndSaysWhatQemuSaid) {
  Rig rig(std::string("case \"$*\" in *'-accel kvm'*) echo 'no MSR' >&2; "
                      "exit 1 ;; esac\n") +
          kBoots);
  const Accelerator found = ProbeAccelerator(rig.warden, SomeImage());
  EXPECT_EQ(found.name, "tcg");
  EXPECT_THAT(found.reason, AllOf(HasSubstr("/dev/kvm"), HasSubstr("booted")));
}

TEST(AcceleratorProbe, RemembersItsAnswer) {
  Rig rig(kBoots);
  const Accelerator found = ProbeAccelerator(rig.warden, SomeImage());
  EXPECT_EQ(ProbeAccelerator(rig.warden, SomeImage()).reason, found.reason);
  rig.scratch.Write("accelerator.json", "damaged");
  EXPECT_EQ(ProbeAccelerator(rig.warden, SomeImage()).name, found.name);
}

TEST(AcceleratorProbe, TellsWhenNothingBoots) {
  Rig rig("echo 'bad kernel image' >&2; exit 1");
  EXPECT_THAT([&] { ProbeAccelerator(rig.warden, SomeImage()); },
              ThrowsMessage<MachineError>(AllOf(
                  HasSubstr("no accelerator boots"),
                  HasSubstr("tcg: QEMU ended at once: bad kernel image"))));
}

TEST(AcceleratorProbe, IsSkippedByTheEnvironment) {
  Rig rig("exit 1");
  const ScopedVariable tcg("FAULTLINE_ACCELERATOR", "tcg");
  EXPECT_EQ(ProbeAccelerator(rig.warden, {}).name, "tcg");
  const ScopedVariable kvm("FAULTLINE_ACCELERATOR", "kvm");
  EXPECT_EQ(ProbeAccelerator(rig.warden, {}).name, "kvm");
  const ScopedVariable wrong("FAULTLINE_ACCELERATOR", "xen");
  EXPECT_THAT([&] { ProbeAccelerator(rig.warden, {}); },
              ThrowsMessage<UsageError>(HasSubstr("must be kvm or tcg")));
}

TEST(AcceleratorProbe, NeedsQemu) {
  Rig rig(kBoots);
  const ScratchDirectory empty;
  const ScopedVariable path("PATH", empty.path());
  EXPECT_THAT([&] { ProbeAccelerator(rig.warden, SomeImage()); },
              ThrowsMessage<UsageError>(HasSubstr("qemu-system-x86_64")));
}

}  // namespace
}  // namespace faultline
