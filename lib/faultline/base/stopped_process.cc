#include "faultline/base/stopped_process.h"

#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/base/log.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

bool ThreadIsStopped(const fs::path& thread) {
  std::ifstream stat(thread / "stat");
  std::string line;
  if (!std::getline(stat, line)) return true;  // has ended meanwhile
  const std::size_t name_end = line.rfind(')');
  return name_end != std::string::npos && line.compare(name_end, 3, ") T") == 0;
}

}  // namespace

bool IsStopped(const ChildProcess& process) {
  std::error_code gone;
  for (const auto& thread : fs::directory_iterator(
           fmt::format("/proc/{}/task", process.pid()), gone))
    // Asked last: the number was its own as long as it ran.
    if (!ThreadIsStopped(thread.path())) return !process.Running();
  return true;
}

StoppedProcess::StoppedProcess(std::shared_ptr<ChildProcess> process,
                               Deadline deadline)
    : process_(std::move(process)) {
  if (!process_ || !process_->Running())
    throw MachineError("a process that has ended cannot be stopped");
  process_->Signal(SIGSTOP);
  // Microseconds as a rule: a wait with pauses would cost more than it spares.
  while (!IsStopped(*process_)) {
    if (!deadline.Expired()) continue;
    Continue();
    throw TimeoutError(process_->name() + ": does not stop by SIGSTOP in time");
  }
}

StoppedProcess::~StoppedProcess() { Continue(); }

void StoppedProcess::Continue() noexcept {
  try {
    process_->Signal(SIGCONT);
  } catch (const Error& error) {
    Log(LogLevel::kError, error.what());
  }
}

}  // namespace faultline
