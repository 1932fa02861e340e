#include "faultline/fault/kinds/host_starvation.h"

#include <csignal>
#include <utility>

#include "faultline/base/eventually.h"
#include "faultline/base/log.h"
#include "faultline/base/stopped_process.h"
#include "faultline/fault/fault.h"

namespace faultline::internal {
namespace {

Duration Share(Duration period, double share) {
  return std::chrono::duration_cast<Duration>(period * share);
}

}  // namespace

HostStarvation::HostStarvation(std::shared_ptr<ChildProcess> process,
                               double share, Duration period)
    : process_(std::move(process)),
      running_(Share(period, share)),
      stopped_(period - running_) {
  if (!process_ || !process_->Running())
    throw MachineError("a process that has ended cannot be starved");
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
    Signal(SIGSTOP);
    const bool go_on = WaitFor(stopped_);
    Signal(SIGCONT);
    if (!go_on) return;
  } while (WaitFor(running_));
}

void HostStarvation::Signal(int signal) noexcept {
  try {
    process_->Signal(signal);
  } catch (const Error& error) {
    Log(LogLevel::kError, error.what());
  }
}

bool HostStarvation::WaitFor(Duration duration) {
  std::unique_lock lock(mutex_);
  return !ending_.wait_for(lock, duration, [this] { return end_; });
}

void HostStarvation::WaitForEffect(Deadline deadline) const {
  try {
    Eventually(deadline.Capped(std::chrono::seconds(20)),
               process_->name() + ": its process stands still",
               [this] { return IsStopped(*process_); });
  } catch (const TimeoutError& error) {
    throw NoEffectError(error.what());
  }
}

}  // namespace faultline::internal
