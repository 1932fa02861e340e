#pragma once

#include <filesystem>
#include <string>

namespace faultline {

// A disk beside root and state: in the guest the virtio disk with this serial,
// /dev/disk/by-id/virtio-SERIAL (docs/guest-contract.md). Blank (zeros) when it
// is made. A value.
struct MachineDisk {
  std::string serial;
  int mib = 64;
  // Of several machines, which all may write: a raw file that exists. Empty:
  // this machine's own, in its directory.
  std::filesystem::path shared_file = {};
};

// What a serial may be: virtio cuts longer ones off.
inline constexpr std::size_t kMostSerialCharacters = 20;

// Makes `path` a sparse file of zeros (mode 0600), unless it is there already.
// `what` ("node1: disk data") is for messages. Throws UsageError if the host's
// disk is full, MachineError if it cannot be made.
void MakeBlankDisk(const std::string& what, const std::filesystem::path& path,
                   int mib);

// Throws UsageError in one line, with `owner` ("node1", "cluster"), for a
// serial that QEMU or the guest could not tell from another one or take.
void CheckSerial(const std::string& owner, const std::string& serial);

}  // namespace faultline
