#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"

namespace faultline::internal {

// Stops and continues a process of this host in turn (SIGSTOP, SIGCONT), so
// that it gets `share` (0 to 1) of the time, from construction to destruction.
class HostStarvation {
 public:
  // Throws MachineError if it is null or has ended.
  HostStarvation(std::shared_ptr<ChildProcess> process, double share,
                 Duration period);
  ~HostStarvation();
  HostStarvation(const HostStarvation&) = delete;
  HostStarvation& operator=(const HostStarvation&) = delete;

  // The kernel shows the process as stopped. Throws NoEffectError if it does
  // not by the deadline.
  void WaitForEffect(Deadline deadline) const;

 private:
  void Run() noexcept;
  void Signal(int signal) noexcept;
  bool WaitFor(Duration duration);  // false: it is to end

  const std::shared_ptr<ChildProcess> process_;
  const Duration running_;
  const Duration stopped_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool end_ = false;
  std::jthread thread_;
};

}  // namespace faultline::internal
