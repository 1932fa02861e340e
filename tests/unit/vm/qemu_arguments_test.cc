#include "faultline/vm/qemu_arguments.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "faultline/vm/console_text.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

GuestImage DebianImage() {
  return {.directory = "/images/debian",
          .id = "0123abcd",
          .operating_system = "Debian 12",
          .kernel = "/images/debian/kernel",
          .initrd = "/images/debian/initrd",
          .root = "/images/debian/root.squashfs",
          .command_line = "console=ttyS0 quiet",
          .memory_mib = 512,
          .netboot_memory_mib = 768,
          .services = {}};
}

MachineOptions FirstNode() {
  MachineOptions options;
  options.name = "node1";
  options.image = DebianImage();
  options.directory = "/run/node1";
  return options;
}

// Compares with fixtures/qemu/NAME.args, one argument a line.
// FAULTLINE_ACCEPT=1 writes the file instead: read the difference.
void ExpectGolden(const std::string& name,
                  const std::vector<std::string>& arguments) {
  std::string text;
  for (const std::string& argument : arguments) text += argument + "\n";
  const std::string file = FAULTLINE_FIXTURES "/qemu/" + name + ".args";
  if (std::getenv("FAULTLINE_ACCEPT") != nullptr) std::ofstream(file) << text;
  EXPECT_EQ(text, ReadFrom(file, 0)) << "FAULTLINE_ACCEPT=1 accepts it";
}

TEST(QemuArguments, BootTheKernelDirectly) {
  ExpectGolden("direct", QemuArguments(FirstNode()));
}

TEST(QemuArguments, PlugIntoTheSwitchAndForwardServicePorts) {
  MachineOptions options = FirstNode();
  options.name = "node11";
  options.index = 11;
  options.accelerator = "kvm";
  options.memory_mib = 1024;
  options.switch_directory = "/run/switch/plugs";
  options.forwarded_ports = {22, 2379};
  ExpectGolden("switched_kvm", QemuArguments(options));
}

TEST(QemuArguments, BootFromTheNetwork) {
  MachineOptions options = FirstNode();
  options.boot_path = BootPath::kNetboot;
  options.netboot_directory = "/images/debian";
  ExpectGolden("netboot", QemuArguments(options));
}

TEST(QemuArguments, OfAHypervisorWithDisksAndChannels) {
  MachineOptions options = FirstNode();
  options.memory_mib = 1024;
  options.processors = 2;
  options.nested_virtualization = true;
  options.disks = {
      {.serial = "data", .mib = 8},
      {.serial = "lun", .mib = 8, .shared_file = "/run/lun,1.raw"}};
  options.channels = {"faultline.ticks", "faultline.power"};
  ExpectGolden("hypervisor", QemuArguments(options));
}

TEST(QemuArguments, OfAHypervisorUnderKvmAreThoseOfAnyMachine) {
  MachineOptions options = FirstNode();
  options.accelerator = "kvm";
  const auto plain = QemuArguments(options);
  options.nested_virtualization = true;
  EXPECT_EQ(QemuArguments(options), plain);
}

TEST(QemuArguments, NeedNoRootDisk) {
  MachineOptions options = FirstNode();
  options.image.root.reset();
  EXPECT_THAT(QemuArguments(options), Each(Not(HasSubstr("drive=root"))));
}

TEST(QemuArguments, WriteCommasInPathsTwice) {
  MachineOptions options = FirstNode();
  options.directory = "/run/a,b";
  options.switch_directory = "/run/a,b/plugs";
  options.credentials = {{"hostname", "node1"}};
  ExpectGolden("commas", QemuArguments(options));
}

TEST(QemuArguments, ShowNoCredential) {
  MachineOptions options = FirstNode();
  options.credentials = {{"host-key", "secret"}};
  const auto arguments = QemuArguments(options);
  EXPECT_THAT(arguments, Each(Not(HasSubstr("secret"))));
  EXPECT_THAT(arguments, Each(Not(HasSubstr("c2VjcmV0"))));
  EXPECT_THAT(arguments,
              Contains("type=11,path=/run/node1/credentials/host-key"));
}

TEST(QemuArguments, OfATrialBootHaveNeitherDisksNorNetworks) {
  ExpectGolden("trial_boot",
               TrialBootArguments(DebianImage(), "kvm", "/tmp/probe/initrd",
                                  "/tmp/probe/console"));
}

}  // namespace
}  // namespace faultline
