#pragma once

#include <sys/types.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"

namespace faultline::internal {

// Stops and continues a process of this host in turn (SIGSTOP, SIGCONT), so
// that it gets `share` (0 to 1) of the time, from construction to destruction.
class HostStarvation {
 public:
  // Throws MachineError if there is no such process.
  HostStarvation(pid_t pid, double share, Duration period);
  ~HostStarvation();
  HostStarvation(const HostStarvation&) = delete;
  HostStarvation& operator=(const HostStarvation&) = delete;

  // The kernel shows the process as stopped. Throws NoEffectError if it does
  // not by the deadline.
  void WaitForEffect(Deadline deadline) const;

 private:
  void Run() noexcept;
  bool WaitFor(Duration duration);  // false: it is to end

  const pid_t pid_;
  const FileDescriptor process_;  // a pidfd: a recycled pid is never hit
  const Duration running_;
  const Duration stopped_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool end_ = false;
  std::jthread thread_;
};

}  // namespace faultline::internal
