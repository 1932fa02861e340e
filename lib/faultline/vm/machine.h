#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"
#include "faultline/vm/guest_agent.h"
#include "faultline/vm/machine_checkpoint.h"
#include "faultline/vm/qemu_arguments.h"
#include "faultline/vm/qmp.h"

namespace faultline {

// One QEMU process with its QMP session, state disk and console file: power,
// nothing inside the guest. Created powered off. The state disk outlives power
// cycles; it goes with the run's scratch directory. Thread-safe.
//
//   Machine machine(warden, options);
//   machine.PowerOn(Within(10s));
//   machine.WaitForConsole("faultline-guest: ready", Within(60s));
class Machine {
 public:
  Machine(Warden& warden, MachineOptions options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Makes the state disk (formatted ext4) and its own further ones (blank) on
  // first use, starts QEMU and opens QMP. No effect while running. Throws
  // MachineError with QEMU's own words if it does not come up, UsageError if
  // QEMU is missing or this host's disk is full. If it throws, the machine is
  // off. With `memory_file` (which must not exist) the guest's memory lies
  // there, so that SaveTo can keep it.
  void PowerOn(Deadline deadline,
               const std::optional<std::filesystem::path>& memory_file = {});
  // Starts QEMU with what a checkpoint holds, stopped at that moment: Thaw lets
  // it run. Its memory is private, pages are copied when written; with
  // `memory_file` it is a whole copy there, as with PowerOn. Must be off and
  // without a state disk. Throws as PowerOn does.
  void Resume(const MachineCheckpoint& checkpoint, Deadline deadline,
              const std::optional<std::filesystem::path>& memory_file = {});
  // Keeps a frozen machine whose memory file is that of `checkpoint`, where
  // its other files do not exist yet; shared disks are its caller's to keep. Of
  // no use afterwards but to be powered off.
  void SaveTo(const MachineCheckpoint& checkpoint, Deadline deadline);
  // SIGKILL to QEMU: what the guest wrote to its disk stays in the host's
  // cache, its memory is gone.
  void PowerCut();
  // Asks the guest through ACPI, waits for QEMU's end; throws TimeoutError. No
  // effect while off.
  void ShutDown(Deadline deadline);
  // Reset button: memory contents and disk caches stay. From then on the guest
  // may also reboot by itself; before, that ends the machine.
  void Reset(Deadline deadline);
  // QMP stop/cont: no instruction runs in between.
  void Freeze(Deadline deadline);
  void Thaw(Deadline deadline);

  bool Running() const;
  // The loopback port that reaches the guest's `guest_port` on its control NIC.
  // Changes at each PowerOn. Throws UsageError if it is not a forwarded port,
  // MachineError if the machine is off.
  int HostPort(int guest_port) const;
  // Waits until the console, since the last PowerOn or Reset, holds `text`.
  // Throws TimeoutError with the console's tail, or MachineError with the tail
  // and the reason (power cut, guest-panic, guest-shutdown) if QEMU ends
  // meanwhile or the guest says "faultline-guest: failed" (guest contract).
  void WaitForConsole(const std::string& text, Deadline deadline);
  // The last lines of the console since then, control characters removed.
  std::string ConsoleTail(int lines = 15) const;

  // Of the QEMU that runs now: after its end they throw MachineError, also when
  // the machine runs again. Throws MachineError, saying how it ended, if the
  // machine is off.
  std::shared_ptr<Qmp> qmp();
  // Likewise; the guest must have come up.
  std::shared_ptr<GuestAgent> agent();
  // The QEMU that runs now, or that ran last; null before the first PowerOn.
  std::shared_ptr<ChildProcess> process() const;
  // Its number, for what is only shown or measured: a process that has ended
  // may have left it to another. -1 before the first PowerOn.
  // The UNIX socket (mode as the run's directory: this user's) behind the port
  // NAME of /dev/virtio-ports in the guest, while the machine is on. QEMU takes
  // one connection at a time. Throws UsageError if it has no such channel.
  std::filesystem::path ChannelPath(const std::string& name) const;
  pid_t pid() const;
  const MachineOptions& options() const { return options_; }

 private:
  void Launch(const std::optional<MemoryFile>& memory, Deadline deadline);
  FileDescriptor Start(const std::optional<MemoryFile>& memory);
  void Connect(FileDescriptor socket, Deadline deadline);
  void AwaitMigration(const std::string& action, Deadline deadline);
  // Why it is off: "powered off", "QEMU ended by itself (...)".
  std::string Ending();
  [[noreturn]] void ThrowOff(const std::string& action);

  Warden& warden_;
  const MachineOptions options_;
  internal::DeadlineMutex power_mutex_;  // one PowerOn at a time
  mutable std::mutex mutex_;  // what follows; never held during a wait
  std::shared_ptr<ChildProcess> process_;
  std::shared_ptr<Qmp> qmp_;
  std::shared_ptr<GuestAgent> agent_;
  std::filesystem::path memory_file_;  // empty: QEMU's own memory
  std::map<int, int> host_ports_;
  std::uintmax_t console_start_ = 0;
  std::string ending_;
};

}  // namespace faultline
