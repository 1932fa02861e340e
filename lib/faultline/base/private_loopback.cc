#include "faultline/base/private_loopback.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/base/files.h"

namespace faultline {
namespace {

std::string& Reason() {
  static std::string reason = "nobody asked for another one";
  return reason;
}

void WriteToProc(const std::string& file, const std::string& text) {
  const std::string path = "/proc/self/" + file;
  const FileDescriptor proc(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!proc) throw UsageError(path + ": " + ErrnoText());
  WriteAll(proc.get(), text, path);
}

// Everybody stays who he is.
void MapOwnUser(uid_t user, gid_t group) {
  WriteToProc("uid_map", fmt::format("{0} {0} 1", user));
  // Without this one may not map groups.
  WriteToProc("setgroups", "deny");
  WriteToProc("gid_map", fmt::format("{0} {0} 1", group));
}

void BringUpLoopback() {
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
    throw UsageError("lo: " + ErrnoText());
}

void Enter() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  // Who may, needs no other user namespace, in which device nodes and foreign
  // files would be nobody's.
  if (::unshare(CLONE_NEWNET) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
      throw UsageError("unshare: " + ErrnoText());
    MapOwnUser(user, group);
  }
  BringUpLoopback();
}

// Why a process that tries it first could not; there is no way back from a half
// of it.
std::string Try() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return "pipe: " + ErrnoText();
  const FileDescriptor reader(ends[0]);
  FileDescriptor writer(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return "fork: " + ErrnoText();
  if (child == 0) {
    try {
      Enter();
    } catch (const std::exception& error) {
      const std::string reason = error.what();
      (void)!::write(writer.get(), reason.data(), reason.size());
    }
    ::_exit(0);
  }
  writer.Reset();
  std::string reason(512, '\0');
  const ssize_t length = ::read(reader.get(), reason.data(), reason.size());
  reason.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  ::waitpid(child, nullptr, 0);
  return reason;
}

}  // namespace

std::string UsePrivateLoopback() {
  std::string reason = Try();
  try {
    if (reason.empty()) Enter();
  } catch (const UsageError& error) {
    reason = error.what();
  }
  Reason() = reason;
  return reason;
}

const std::string& WhyLoopbackIsShared() { return Reason(); }

}  // namespace faultline
