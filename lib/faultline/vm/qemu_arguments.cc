#include "faultline/vm/qemu_arguments.h"

#include <fmt/format.h>

#include "faultline/vm/credentials.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

// Fixed places on the PCI bus: a device's name in the guest does not depend on
// which others there are.
constexpr char kControlSlot[] = "0x3";
constexpr char kDataSlot[] = "0x4";
constexpr char kRootSlot[] = "0x5";
constexpr char kStateSlot[] = "0x6";
constexpr char kRandomSlot[] = "0x7";
constexpr char kAgentSlot[] = "0x8";
// Of the first disk beside root and state; the others follow.
constexpr int kFirstDiskSlot = 0x9;

// A value inside a QEMU option list: a comma is written twice.
std::string Escaped(const fs::path& path) {
  std::string text;
  for (const char c : path.string()) text += c == ',' ? ",," : std::string{c};
  return text;
}

void Add(Arguments& arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
}

// With KVM the guest may do what the host's own processor and KVM let it.
std::string Processor(const MachineOptions& options) {
  if (options.accelerator == "kvm") return "host";
  // QEMU emulates AMD's virtualization only, and Linux believes only AMD.
  return options.nested_virtualization
             ? "Nehalem,+rdrand,vendor=AuthenticAMD,+svm,+npt,+nrip-save"
             : "Nehalem,+rdrand";
}

Arguments Platform(const MachineOptions& options,
                   const std::string& machine_option = "") {
  const bool kvm = options.accelerator == "kvm";
  return {"qemu-system-x86_64",
          "-name",
          Escaped(options.name),
          "-nodefaults",
          "-no-user-config",
          "-display",
          "none",
          "-no-reboot",
          "-machine",
          "q35,usb=off,vmport=off" + machine_option,
          "-accel",
          kvm ? "kvm" : "tcg,thread=multi,tb-size=144",
          "-cpu",
          Processor(options),
          "-smp",
          fmt::format("{}", options.processors),
          "-m",
          fmt::format("{}M", options.memory_mib)};
}

Arguments Console(const fs::path& path) {
  return {"-chardev", "file,id=console,append=on,path=" + Escaped(path),
          "-serial", "chardev:console"};
}

Arguments Monitors(const MachineOptions& options) {
  Arguments arguments = Console(ConsolePath(options));
  Add(arguments,
      {"-chardev", fmt::format("socket,id=qmp,fd={}", options.qmp_descriptor),
       "-mon", "chardev=qmp,mode=control",
       // The kernel tells QEMU when it panics: QEMU ends and says
       // why.
       "-device", "pvpanic"});
  return arguments;
}

Arguments Boot(const MachineOptions& options) {
  if (options.boot_path == BootPath::kNetboot) return {"-boot", "strict=on"};
  return {"-kernel", options.image.kernel.string(),
          "-initrd", options.image.initrd.string(),
          "-append", options.image.command_line};
}

Arguments ControlNic(const MachineOptions& options) {
  const bool boots = options.boot_path == BootPath::kNetboot;
  std::string network = "user,id=control,restrict=on,ipv6=off";
  if (boots)
    network += fmt::format(",tftp={},bootfile=boot.ipxe",
                           Escaped(options.netboot_directory));
  // Port 0: the system chooses a free one.
  for (const int port : options.forwarded_ports)
    network += fmt::format(",hostfwd=tcp:127.0.0.1:0-:{}", port);
  return {
      "-netdev", network, "-device",
      fmt::format("virtio-net-pci,netdev=control,mac={},addr={},{}",
                  MacAddress(kControlMacPrefix, options.index), kControlSlot,
                  // A boot ROM that is not used costs start-up time.
                  boots ? "bootindex=1" : "romfile=")};
}

Arguments DataNic(const MachineOptions& options) {
  if (options.switch_directory.empty()) return {};
  return {"-netdev",
          fmt::format("vde,id=data,sock={},port={}",
                      Escaped(options.switch_directory), options.index),
          "-device",
          fmt::format("virtio-net-pci,netdev=data,mac={},addr={},romfile=",
                      MacAddress(kDataMacPrefix, options.index), kDataSlot)};
}

Arguments RootDisk(const MachineOptions& options) {
  if (!options.image.root || options.boot_path == BootPath::kNetboot) return {};
  return {
      "-drive",
      "if=none,id=root,format=raw,readonly=on,cache=writeback,aio=threads,"
      "file=" +
          Escaped(*options.image.root),
      "-device",
      fmt::format("virtio-blk-pci,drive=root,serial=root,addr={}", kRootSlot)};
}

Arguments StateDisk(const MachineOptions& options) {
  // A host that runs out of space is an I/O error in the guest, not a guest
  // that silently stands still. Node and device have names of their own, so
  // that a DiskFilter finds its place between them.
  return {"-blockdev",
          fmt::format(
              "driver=file,node-name={},aio=threads,discard=unmap,filename={}",
              kStateNode, Escaped(StateDiskPath(options))),
          "-device",
          fmt::format("virtio-blk-pci,id={},drive={},serial=state,addr={},"
                      "werror=report,rerror=report",
                      kStateDevice, kStateNode, kStateSlot),
          "-device",
          fmt::format("virtio-rng-pci,addr={}", kRandomSlot)};
}

Arguments Disks(const MachineOptions& options) {
  Arguments arguments;
  int slot = kFirstDiskSlot;
  for (const MachineDisk& disk : options.disks) {
    const bool shared = !disk.shared_file.empty();
    const std::string node = DiskNode(disk.serial);
    Add(arguments,
        {"-blockdev",
         fmt::format(
             "driver=file,node-name={},aio=threads,discard=unmap,filename={}",
             node, Escaped(DiskPath(options, disk))),
         "-device",
         fmt::format("virtio-blk-pci,id={},drive={},serial={},addr={:#x},"
                     "{}werror=report,rerror=report",
                     DiskDevice(disk.serial), node, disk.serial, slot++,
                     // Others write to it at the same time.
                     shared ? "share-rw=on," : "")});
  }
  return arguments;
}

Arguments Agent(const MachineOptions& options) {
  return {"-chardev",
          fmt::format("socket,id=agent,fd={}", options.agent_descriptor),
          "-device",
          // One port more than there are: the first is for consoles.
          fmt::format("virtio-serial-pci,max_ports={},addr={}",
                      2 + options.channels.size(), kAgentSlot),
          "-device", "virtserialport,chardev=agent,name=faultline"};
}

Arguments Channels(const MachineOptions& options) {
  Arguments arguments;
  int number = 0;
  for (const std::string& channel : options.channels) {
    const std::string id = fmt::format("channel{}", ++number);
    Add(arguments,
        {"-chardev",
         fmt::format("socket,id={},server=on,wait=off,path={}", id,
                     Escaped(ChannelPath(options, channel))),
         "-device",
         fmt::format("virtserialport,chardev={},name={}", id, channel)});
  }
  return arguments;
}

Arguments Memory(const MachineOptions& options, const MemoryFile& memory) {
  Arguments arguments = {
      "-object",
      fmt::format("memory-backend-file,id=memory,size={}M,share={},mem-path={}",
                  options.memory_mib, memory.shared ? "on" : "off",
                  Escaped(memory.path))};
  if (memory.devices) Add(arguments, {"-incoming", "defer", "-S"});
  return arguments;
}

Arguments Credentials(const MachineOptions& options) {
  Arguments arguments;
  for (const auto& [name, value] : options.credentials)
    Add(arguments,
        {"-smbios", "type=11,path=" + Escaped(CredentialPath(options, name))});
  return arguments;
}

}  // namespace

std::string MacAddress(const char* prefix, int index) {
  return fmt::format("{}{:02x}", prefix, index);
}

fs::path ConsolePath(const MachineOptions& options) {
  return options.directory / "console.log";
}

fs::path QemuLogPath(const MachineOptions& options) {
  return options.directory / "qemu.log";
}

fs::path StateDiskPath(const MachineOptions& options) {
  return options.directory / "state.raw";
}

fs::path DiskPath(const MachineOptions& options, const MachineDisk& disk) {
  return disk.shared_file.empty()
             ? options.directory / ("disk-" + disk.serial + ".raw")
             : disk.shared_file;
}

fs::path ChannelPath(const MachineOptions& options,
                     const std::string& channel) {
  return options.directory / (channel + ".socket");
}

Arguments QemuArguments(const MachineOptions& options,
                        const std::optional<MemoryFile>& memory) {
  Arguments arguments =
      Platform(options, memory ? ",memory-backend=memory" : "");
  for (const auto& part : {Monitors, Boot, ControlNic, DataNic, RootDisk,
                           StateDisk, Disks, Agent, Channels, Credentials})
    Add(arguments, part(options));
  if (memory) Add(arguments, Memory(options, *memory));
  return arguments;
}

Arguments TrialBootArguments(const GuestImage& image,
                             const std::string& accelerator,
                             const fs::path& initrd, const fs::path& console) {
  MachineOptions options;
  options.name = "probe";
  options.accelerator = accelerator;
  options.memory_mib = image.memory_mib;
  Arguments arguments = Platform(options);
  Add(arguments, Console(console));
  Add(arguments,
      {"-kernel", image.kernel.string(), "-initrd", initrd.string(), "-append",
       "console=ttyS0 earlyprintk=ttyS0 panic=-1", "-no-shutdown"});
  return arguments;
}

}  // namespace faultline
