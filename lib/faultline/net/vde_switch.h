#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "faultline/base/warden.h"
#include "faultline/net/vde_console.h"

namespace faultline {

// For one command. A session in which an answer was late is of no more use, so
// nobody's shorter deadline is used for it.
constexpr std::chrono::seconds kSwitchAnswers{10};

// One vde_switch process: the data network of a cluster. Ready when its console
// answers. Ports are pinned: node i is on port i. Thread-safe.
class VdeSwitch {
 public:
  // `directory` holds its sockets (must exist, short enough for a UNIX socket:
  // UsageError if not). Throws MachineError with the switch's own words if it
  // does not start.
  VdeSwitch(Warden& warden, const std::filesystem::path& directory,
            Deadline deadline);
  ~VdeSwitch();
  VdeSwitch(const VdeSwitch&) = delete;
  VdeSwitch& operator=(const VdeSwitch&) = delete;

  // Where QEMU's vde netdev plugs in.
  const std::filesystem::path& plug_directory() const {
    return plug_directory_;
  }
  // Puts a port into a VLAN (0 is where all start). Immediate, in both
  // directions, silent to the guest; the port keeps it while nothing is plugged
  // in, and need not have been used before. Throws MachineError for a port or
  // VLAN that the switch cannot have.
  void SetVlan(int port, int vlan, Deadline deadline);
  // Where it is, as the switch itself says, plugged in or not. Throws
  // MachineError for a port that nobody has made or used.
  int Vlan(int port, Deadline deadline);
  // Whether something is plugged in now. Throws as Vlan does.
  bool HasPlug(int port, Deadline deadline);
  VdeConsole& console() { return *console_; }

 private:
  std::vector<std::string> Print(int port, Deadline deadline);
  void MakePort(int port, Deadline deadline);
  void MakeVlan(int vlan, Deadline deadline);

  std::filesystem::path plug_directory_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<VdeConsole> console_;
  internal::DeadlineMutex mutex_;
  std::set<int> ports_;  // made by us: they outlive what is plugged in
  std::set<int> vlans_ = {0};
};

// Throws UsageError, saying what to do, if `directory` is too long for the
// sockets that the switch and its clients make in it.
void CheckSocketDirectory(const std::filesystem::path& directory);

}  // namespace faultline
