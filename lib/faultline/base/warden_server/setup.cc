#include "faultline/base/warden_server/setup.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

void Require(bool success, const char* action) {
  if (!success)
    throw MachineError(std::string(action) + " failed: " + ErrnoText());
}

FileDescriptor MoveSocket(int socket) {
  int type = 0;
  socklen_t size = sizeof(type);
  if (::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
      type != SOCK_SEQPACKET)
    throw UsageError("is started by the library, not by hand");
  ::close_range(static_cast<unsigned>(socket) + 1, ~0U, 0);
  FileDescriptor moved(::fcntl(socket, F_DUPFD_CLOEXEC, kChildDescriptors));
  Require(static_cast<bool>(moved), "moving the socket");
  return moved;
}

// Standard error stays: the warden's own complaints go there.
void OccupyChildDescriptors() {
  const FileDescriptor null(::fcntl(::open("/dev/null", O_RDWR | O_CLOEXEC),
                                    F_DUPFD_CLOEXEC, kChildDescriptors));
  Require(static_cast<bool>(null), "opening /dev/null");
  for (int number = 0; number < kChildDescriptors; ++number)
    if (number != STDERR_FILENO)
      Require(::dup3(null.get(), number, O_CLOEXEC) == number, "dup3");
}

}  // namespace

FileDescriptor SetUpWarden(int socket) {
  FileDescriptor moved = MoveSocket(socket);
  OccupyChildDescriptors();
  ::setsid();  // fails only if we lead a session already
  Require(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0, "becoming a reaper");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE})
    ::signal(signal, SIG_IGN);
  return moved;
}

}  // namespace faultline::internal
