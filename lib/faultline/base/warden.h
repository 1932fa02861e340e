#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "faultline/base/command_result.h"
#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

class ChildProcess;

// A descriptor of ours that the child gets under the number `as` (3 to 63; 0, 1
// and 2 replace stdin and `output`). No other descriptor reaches the child.
struct InheritedDescriptor {
  int fd = -1;
  int as = -1;
};

struct ProcessOptions {
  std::string name;  // for messages: "node2", "switch"
  std::vector<std::string>
      argv;  // argv[0] is looked up in PATH unless it holds a slash
  std::filesystem::path
      output;  // standard output and error are appended here; empty: discarded
  std::vector<InheritedDescriptor> inherited = {};
  bool hold_stdin_open = false;  // vde_switch leaves at end-of-file on stdin;
                                 // otherwise stdin is /dev/null
};

// The client's end of the warden: one single-threaded helper process that
// starts every QEMU, switch and cable of a test, and kills them and removes the
// registered directories when its socket closes, whatever happened to the test
// (design decision 3). If the warden itself is killed, the kernel kills its
// children (PR_SET_PDEATHSIG).
//
// Thread-safe. Owned by whoever owns the cluster; must outlive every
// ChildProcess it made.
//
//   Warden warden;
//   auto child = warden.Spawn({.name = "switch", .argv = {"vde_switch", ...},
//   .hold_stdin_open = true});
class Warden {
 public:
  // Starts the helper. Throws MachineError if its executable is not found
  // (FAULTLINE_WARDEN, beside this executable, the build tree, or the installed
  // libexec directory, in this order) or does not start.
  Warden();
  ~Warden();
  Warden(const Warden&) = delete;
  Warden& operator=(const Warden&) = delete;

  // The child leads a process group of its own; what is left of the group is
  // killed when the child ends. Throws UsageError if the program is not
  // installed, MachineError if it cannot be started.
  std::unique_ptr<ChildProcess> Spawn(const ProcessOptions& options);
  // Runs a short host command to its end with its output captured. Throws
  // TimeoutError (and kills it) at the deadline.
  CommandResult Run(const std::vector<std::string>& argv, Deadline deadline);
  // `directory` (an absolute path; with all in it) is removed once this process
  // is gone or this Warden destroyed.
  void RemoveAtExit(const std::filesystem::path& directory);

  pid_t pid() const { return pid_; }

 private:
  friend class ChildProcess;
  struct Reply;
  Reply Request(const std::string& json,
                const std::vector<int>& descriptors = {});
  Reply Exchange(const std::string& json, const std::vector<int>& descriptors);
  std::optional<int> ExitStatusOf(std::uint64_t id);
  void Release(std::uint64_t id);

  std::mutex mutex_;  // guards the fields below, and that one request at a time
                      // is under way
  FileDescriptor socket_;
  std::vector<std::filesystem::path> directories_;
  pid_t pid_ = -1;  // constant after construction
};

// One process started by the warden. Destruction kills it and waits for its
// end. Signals go through a pidfd, so a recycled pid is never hit. Thread-safe.
class ChildProcess {
 public:
  // `id` is the warden's name for it: unlike the pid, never used twice.
  ChildProcess(Warden& warden, std::string name, std::uint64_t id, pid_t pid,
               FileDescriptor pidfd);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  const std::string& name() const { return name_; }
  bool Running() const;
  // To this process, not to its group. No effect on one that has ended.
  void Signal(int signal);
  // SIGKILL, then waits for the end (which the kernel guarantees). What is left
  // of its group is killed too.
  void Kill();
  // The exit code (128 + signal if killed), or nothing if it still runs at the
  // deadline. Throws MachineError if the warden has died.
  std::optional<int> WaitForExit(Deadline deadline);

 private:
  bool EndedBy(int timeout_milliseconds) const;

  Warden& warden_;
  std::string name_;
  std::uint64_t id_;
  pid_t pid_;
  FileDescriptor pidfd_;
};

}  // namespace faultline
