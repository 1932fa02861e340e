#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "faultline/evidence/vm_recorder.h"
#include "faultline/service/managed_service.h"

namespace faultline {

namespace capability {

// A manager notices by itself that a machine has ended and starts it again.
inline constexpr Capability kVmRestart{"vm-restart"};
// Somebody watches the hosts, and says which of them are up.
inline constexpr Capability kHostHealth{"host-health"};
// The machines of a host that failed are started elsewhere.
inline constexpr Capability kHostFailover{"host-failover"};
// Several hosts write to one disk, without a further service.
inline constexpr Capability kSharedStorage{"shared-storage"};

}  // namespace capability

// A small virtual machine that a host runs: it counts (VmTick) and does nothing
// else. A value.
struct VmSpec {
  std::string name = "ticker";
  std::string disk = "lun";  // the serial of the disk that it boots from
  // The host's port (NodeSpec::channels) that it ticks on; one machine each.
  std::string channel = "faultline.ticks";
  int memory_mib = 8;

  bool operator==(const VmSpec&) const = default;
};

enum class VmState { kUndefined, kOff, kCrashed, kRunning, kPaused };

// "undefined", "off", "crashed", "running", "paused".
const char* ToText(VmState state);

// What a host says of one machine.
struct VmStatus {
  VmState state = VmState::kUndefined;
  std::string reason = {};  // in the manager's words: "booted", "destroyed"

  bool operator==(const VmStatus&) const = default;
};

// One thing that a host said had happened.
struct VmEvent {
  std::string vm;
  std::string what;  // "Started Booted", in the manager's words

  bool operator==(const VmEvent&) const = default;
};

struct MigrationOptions {
  bool copy_storage = false;  // the target has a disk of its own
};

// How a move ended. What it took is in the manager's words about itself.
struct MigrationResult {
  bool moved = false;
  std::string reason = {};       // why not
  std::int64_t downtime_ms = 0;  // as the manager measured it; 0: not told
  std::int64_t total_ms = 0;
};

// Virtual machines on hosts, which are the nodes of a cluster: the role of
// PlasmaVMC. Thread-safe as ManagedService is.
//
// Every call ends by its deadline. It throws CommandError, "node1: start
// ticker: <the manager's words>", if the manager refused, in which case nothing
// was done; TimeoutError or another Error if nobody knows. All requests that
// change something are recorded (RecordTo).
class VmManager : public ManagedService {
 public:
  // `recorder` outlives all requests; null: nothing is recorded.
  virtual void RecordTo(VmRecorder* recorder) { recorder_ = recorder; }

  // Makes the machine known to the host, not running, for good.
  void Define(Node& host, const VmSpec& vm, Deadline deadline);
  // The same from a description in the manager's own language.
  void DefineFrom(Node& host, const std::string& description,
                  Deadline deadline);
  void Undefine(Node& host, const std::string& vm, Deadline deadline);
  // Returns once the manager says that it runs.
  void StartVm(Node& host, const std::string& vm, Deadline deadline);
  void Suspend(Node& host, const std::string& vm, Deadline deadline);
  void Continue(Node& host, const std::string& vm, Deadline deadline);
  // Presses the power button; returns once the machine is off.
  void ShutDown(Node& host, const std::string& vm, Deadline deadline);
  // Pulls the plug.
  void Destroy(Node& host, const std::string& vm, Deadline deadline);
  // Not the manager's doing: a signal ("KILL", "TERM") to the process that is
  // the machine. Returns once it is gone.
  void KillVm(Node& host, const std::string& vm, Deadline deadline,
              const std::string& signal = "KILL");

  VmStatus StateOf(Node& host, const std::string& vm, Deadline deadline);
  // Returns once the host says so; throws TimeoutError with what it said last.
  void WaitForState(Node& host, const std::string& vm, VmState state,
                    Deadline deadline);
  // All machines that the host knows.
  virtual std::map<std::string, VmStatus> List(Node& host,
                                               Deadline deadline) = 0;
  // What it said since it was formed, oldest first, while it was asked.
  virtual std::vector<VmEvent> Events(Node& host, Deadline deadline) = 0;

  // Moves a running machine while it runs. Throws GapError without the
  // capability `live-migration`. Begin returns at once, so that something can
  // happen meanwhile; whoever began must wait. A move that failed is a result.
  virtual void BeginMigration(Node& from, const std::string& vm, Node& to,
                              const MigrationOptions& options,
                              Deadline deadline);
  virtual MigrationResult WaitForMigration(Node& from, const std::string& vm,
                                           Deadline deadline);

 protected:
  virtual void DoDefine(Node& host, const std::string& description,
                        Deadline deadline) = 0;
  virtual std::string Describe(const VmSpec& vm) const = 0;
  // `verb`: undefine, start, suspend, resume, shutdown, destroy.
  virtual void Do(Node& host, const std::string& verb, const std::string& vm,
                  Deadline deadline) = 0;
  virtual VmStatus AskState(Node& host, const std::string& vm,
                            Deadline deadline) = 0;
  virtual void DoKillVm(Node& host, const std::string& vm,
                        const std::string& signal, Deadline deadline) = 0;
  // Runs the request and records it.
  void Recorded(Node& host, const std::string& vm, const std::string& verb,
                const std::function<void()>& request);

 private:
  VmRecorder* recorder_ = nullptr;
};

}  // namespace faultline
