#include "faultline/base/warden_process.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "faultline/base/deadline.h"
#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/helper_program.h"
#include "faultline/base/pidfd.h"

namespace faultline::internal {
namespace {

// Longer than the warden takes to end everything: its grace period, the
// SIGKILLs and the removal of directories.
constexpr Duration kLongestFarewell = std::chrono::seconds(20);

// What posix_spawn wants to know, freed at the end.
class SpawnSettings {
 public:
  explicit SpawnSettings(int socket) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, socket, kWardenSocket);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  pid_t Spawn(const std::string& program) {
    std::string name = program;
    char* argv[] = {name.data(), nullptr};
    pid_t pid = -1;
    const int error = posix_spawn(&pid, program.c_str(), &actions_,
                                  &attributes_, argv, environ);
    if (error == 0) return pid;
    throw MachineError(
        fmt::format("cannot start {}: {}", program, ErrnoText(error)));
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

bool HasEnded(pid_t child) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(child), &info,
                  WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == child;
}

// Our own child, not reaped yet: the number cannot be another process. Where
// it cannot have a handle it is asked again and again.
bool EndsBy(pid_t child, Deadline deadline) {
  constexpr int kPause = 10;
  const FileDescriptor handle(OpenPidfd(child));
  while (!HasEnded(child)) {
    if (deadline.Expired()) return false;
    const int left = deadline.RemainingMilliseconds();
    pollfd ended{handle.get(), POLLIN, 0};
    ::poll(&ended, 1, handle ? left : std::min(left, kPause));
  }
  return true;
}

}  // namespace

WardenProcess StartWarden() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw MachineError("warden: cannot make a socket pair: " + ErrnoText());
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  SpawnSettings settings(theirs.get());
  const pid_t pid = settings.Spawn(FindHelper("faultline-warden").string());
  return {.pid = pid, .socket = std::move(ours)};
}

bool AwaitWardenEnd(pid_t pid) noexcept {
  const bool ended = EndsBy(pid, Deadline::After(kLongestFarewell));
  if (!ended) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace faultline::internal
