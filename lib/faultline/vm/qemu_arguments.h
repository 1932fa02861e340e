#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "faultline/vm/accelerator.h"
#include "faultline/vm/image.h"
#include "faultline/vm/machine_disk.h"

namespace faultline {

enum class BootPath { kDirect, kNetboot };

// Everything that decides one QEMU command line. A value.
struct MachineOptions {
  std::string name;  // "node1": also the guest's QEMU -name
  GuestImage image;
  std::string accelerator = "tcg";
  int memory_mib = 512;
  int processors = 1;
  bool nested_virtualization = false;  // the guest's KVM works
  int state_disk_mib = 1024;
  std::vector<MachineDisk> disks = {};     // beside root and state
  std::vector<std::string> channels = {};  // virtio-serial ports of the test's
  int index = 1;  // 1-based: MAC addresses and the switch port follow from it
  std::filesystem::path directory;  // console log, QEMU log, state disk; exists
  std::filesystem::path switch_directory;  // the VDE switch's socket directory;
                                           // empty: no data NIC
  std::vector<int> forwarded_ports = {
      22};  // guest TCP ports on the control NIC reachable from loopback
  std::map<std::string, std::string>
      credentials;  // systemd credential name -> value, handed in per run
  BootPath boot_path = BootPath::kDirect;
  std::filesystem::path
      netboot_directory;  // kNetboot: served by DHCP/TFTP on the control NIC;
                          // holds `boot.ipxe`
  // What QEMU inherits: the connected sockets of QMP and of the guest's agent,
  // and the open file of the devices' state, if it is to resume one.
  int qmp_descriptor = 3;
  int agent_descriptor = 4;
  int devices_descriptor = 5;
};

// Where a machine's memory lies if it is not QEMU's own: in a file, so that a
// checkpoint shares it with its clones.
struct MemoryFile {
  std::filesystem::path path;
  bool shared = false;  // writes go to the file; else they are private
  std::optional<std::filesystem::path> devices =
      {};  // whose state it waits for instead of booting
};

inline constexpr char kControlMacPrefix[] =
    "52:54:00:fa:01:";  // NIC 0, user-mode, restrict=on
inline constexpr char kDataMacPrefix[] =
    "52:54:00:fa:02:";  // NIC 1, on the switch

// The state disk as QEMU knows it: its block node, and its device.
inline constexpr char kStateNode[] = "state";
inline constexpr char kStateDevice[] = "state-disk";
// The same of a disk beside it, by its serial.
inline std::string DiskNode(const std::string& serial) {
  return "disk-" + serial;
}
inline std::string DiskDevice(const std::string& serial) {
  return DiskNode(serial) + "-device";
}

// The hardware address of the NIC with this prefix on machine `index`.
std::string MacAddress(const char* prefix, int index);

std::filesystem::path ConsolePath(
    const MachineOptions& options);  // <directory>/console.log
std::filesystem::path QemuLogPath(
    const MachineOptions& options);  // <directory>/qemu.log
std::filesystem::path StateDiskPath(
    const MachineOptions& options);  // <directory>/state.raw

// Where the disk's contents lie: its shared file, or
// <directory>/disk-SERIAL.raw
std::filesystem::path DiskPath(const MachineOptions& options,
                               const MachineDisk& disk);
// The UNIX socket of a channel: <directory>/NAME.socket
std::filesystem::path ChannelPath(const MachineOptions& options,
                                  const std::string& channel);

// The argument vector, program first. Pure: golden files in fixtures/qemu pin
// it. Credentials are not in it, only the files that hold them.
std::vector<std::string> QemuArguments(
    const MachineOptions& options,
    const std::optional<MemoryFile>& memory = std::nullopt);

// The image's kernel with another initrd and neither disks nor networks,
// talking on the console: for the accelerator probe. QEMU stays when the
// machine ends, so that one can still ask what it used.
std::vector<std::string> TrialBootArguments(
    const GuestImage& image, const std::string& accelerator,
    const std::filesystem::path& initrd, const std::filesystem::path& console);

}  // namespace faultline
