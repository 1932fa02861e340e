#pragma once

#include <filesystem>
#include <memory>

#include "faultline/base/warden.h"
#include "faultline/net/vde_console.h"

namespace faultline {

// One vde_switch process: the data network of a cluster. Ready when its console
// answers. Ports are pinned: node i is on port i. Thread-safe.
class VdeSwitch {
 public:
  // `directory` holds its sockets (must exist, short enough for a UNIX socket:
  // UsageError if not).
  VdeSwitch(Warden& warden, const std::filesystem::path& directory,
            Deadline deadline);
  ~VdeSwitch();

  // Where QEMU's vde netdev plugs in.
  const std::filesystem::path& plug_directory() const {
    return plug_directory_;
  }
  // Puts a port into a VLAN (0 is where all start). Immediate, in both
  // directions, silent to the guest.
  void SetVlan(int port, int vlan, Deadline deadline);
  VdeConsole& console() { return *console_; }

 private:
  std::filesystem::path plug_directory_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<VdeConsole> console_;
};

}  // namespace faultline
