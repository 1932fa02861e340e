#include <poll.h>
#include <signal.h>

#include <cerrno>
#include <exception>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/log.h"
#include "faultline/base/pidfd.h"
#include "faultline/base/warden.h"

namespace faultline {

ChildProcess::ChildProcess(Warden& warden, std::string name, std::uint64_t id,
                           pid_t pid, FileDescriptor pidfd)
    : warden_(warden),
      name_(std::move(name)),
      id_(id),
      pid_(pid),
      pidfd_(std::move(pidfd)) {}

ChildProcess::~ChildProcess() {
  try {
    Kill();
    warden_.Release(id_);
  } catch (const std::exception& error) {
    Log(LogLevel::kError, error.what());
  }
}

bool ChildProcess::EndedBy(int timeout_milliseconds) const {
  pollfd ended{pidfd_.get(), POLLIN, 0};
  int ready;
  do {
    ready = ::poll(&ended, 1, timeout_milliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready == 1;
}

bool ChildProcess::Running() const { return !EndedBy(0); }

void ChildProcess::Signal(int signal) {
  if (internal::SendPidfdSignal(pidfd_.get(), signal) == 0) return;
  if (errno != ESRCH)
    throw MachineError(name_ + ": cannot be signalled: " + ErrnoText());
}

void ChildProcess::Kill() {
  Signal(SIGKILL);
  EndedBy(-1);
  // Asking makes the warden reap it, which also ends the rest of its group.
  warden_.ExitStatusOf(id_);
}

std::optional<int> ChildProcess::WaitForExit(Deadline deadline) {
  while (!EndedBy(deadline.RemainingMilliseconds()))
    if (deadline.Expired()) return std::nullopt;
  return warden_.ExitStatusOf(id_);
}

}  // namespace faultline
