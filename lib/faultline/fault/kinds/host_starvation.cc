#include "faultline/fault/kinds/host_starvation.h"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <string>

#include "faultline/base/eventually.h"
#include "faultline/base/pidfd.h"
#include "faultline/fault/fault.h"

namespace faultline::internal {
namespace {

Duration Share(Duration period, double share) {
  return std::chrono::duration_cast<Duration>(period * share);
}

bool IsStopped(pid_t pid) {
  std::ifstream stat(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(stat, line);
  const std::size_t name_end = line.rfind(')');
  return name_end != std::string::npos && line.compare(name_end, 3, ") T") == 0;
}

}  // namespace

HostStarvation::HostStarvation(pid_t pid, double share, Duration period)
    : pid_(pid),
      process_(pid > 0 ? OpenPidfd(pid) : -1),
      running_(Share(period, share)),
      stopped_(period - running_) {
  if (process_.get() < 0)
    throw MachineError(fmt::format("process {} is gone: not starved", pid));
  thread_ = std::jthread([this] { Run(); });
}

HostStarvation::~HostStarvation() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ending_.notify_all();
}

void HostStarvation::Run() noexcept {
  do {
    SendPidfdSignal(process_.get(), SIGSTOP);
    const bool go_on = WaitFor(stopped_);
    SendPidfdSignal(process_.get(), SIGCONT);
    if (!go_on) return;
  } while (WaitFor(running_));
}

bool HostStarvation::WaitFor(Duration duration) {
  std::unique_lock lock(mutex_);
  return !ending_.wait_for(lock, duration, [this] { return end_; });
}

void HostStarvation::WaitForEffect(Deadline deadline) const {
  try {
    Eventually(deadline.Capped(std::chrono::seconds(20)),
               fmt::format("process {} stands still", pid_),
               [this] { return IsStopped(pid_); });
  } catch (const TimeoutError& error) {
    throw NoEffectError(error.what());
  }
}

}  // namespace faultline::internal
