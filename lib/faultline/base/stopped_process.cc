#include "faultline/base/stopped_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "faultline/base/error.h"
#include "faultline/base/pidfd.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

bool IsStopped(const fs::path& thread) {
  std::ifstream stat(thread / "stat");
  std::string line;
  if (!std::getline(stat, line)) return true;  // has ended meanwhile
  const std::size_t name_end = line.rfind(')');
  return name_end != std::string::npos && line.compare(name_end, 3, ") T") == 0;
}

bool AllThreadsAreStopped(pid_t pid) {
  std::error_code gone;
  for (const auto& thread :
       fs::directory_iterator(fmt::format("/proc/{}/task", pid), gone))
    if (!IsStopped(thread.path())) return false;
  return true;
}

}  // namespace

StoppedProcess::StoppedProcess(pid_t pid, Deadline deadline)
    : process_(pid > 0 ? internal::OpenPidfd(pid) : -1) {
  if (!process_ || internal::SendPidfdSignal(process_.get(), SIGSTOP) != 0)
    throw MachineError(fmt::format("process {} is gone: not stopped", pid));
  // Microseconds as a rule: a wait with pauses would cost more than it spares.
  while (!AllThreadsAreStopped(pid)) {
    if (!deadline.Expired()) continue;
    internal::SendPidfdSignal(process_.get(), SIGCONT);
    throw TimeoutError(
        fmt::format("process {} does not stop by SIGSTOP in time", pid));
  }
}

StoppedProcess::~StoppedProcess() {
  internal::SendPidfdSignal(process_.get(), SIGCONT);
}

}  // namespace faultline
