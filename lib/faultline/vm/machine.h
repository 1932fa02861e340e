#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"
#include "faultline/vm/qemu_arguments.h"
#include "faultline/vm/qmp.h"

namespace faultline {

// One QEMU process with its QMP session, state disk and console file: power,
// nothing inside the guest. Created powered off. The state disk outlives power
// cycles; it goes with the run's scratch directory. Thread-safe.
class Machine {
 public:
  Machine(Warden& warden, MachineOptions options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Makes the state disk on first use (formatted ext4), starts QEMU and opens
  // QMP. No effect while running. Throws MachineError with QEMU's own words if
  // it does not come up.
  void PowerOn(Deadline deadline);
  // SIGKILL to QEMU: what the guest wrote to its disk stays in the host's
  // cache, its memory is gone.
  void PowerCut();
  // Asks the guest through ACPI, waits for QEMU's end; throws TimeoutError.
  void ShutDown(Deadline deadline);
  // Reset button: memory contents and disk caches stay.
  void Reset(Deadline deadline);
  // QMP stop/cont: no instruction runs in between.
  void Freeze(Deadline deadline);
  void Thaw(Deadline deadline);

  bool Running() const;
  // The loopback port that reaches the guest's `guest_port` on its control NIC.
  // Changes at each PowerOn.
  int HostPort(int guest_port) const;
  // Waits until the console, since the last PowerOn, holds `text`. Throws
  // TimeoutError with the console's tail, or MachineError with the tail if QEMU
  // ends meanwhile.
  void WaitForConsole(const std::string& text, Deadline deadline);
  // The last lines of the console, control characters removed.
  std::string ConsoleTail(int lines = 15) const;

  Qmp& qmp();
  pid_t pid() const;
  const MachineOptions& options() const { return options_; }

 private:
  void MakeStateDisk(Deadline deadline);
  void ReadForwardedPorts(Deadline deadline);

  Warden& warden_;
  const MachineOptions options_;
  mutable std::mutex mutex_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<Qmp> qmp_;
  std::map<int, int> host_ports_;
  std::uintmax_t console_start_ = 0;
};

}  // namespace faultline
