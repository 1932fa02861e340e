#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace faultline::internal {

// glibc 2.36 declares these without C linkage, so C++ cannot use its
// <sys/pidfd.h>.

inline int OpenPidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

inline int SendPidfdSignal(int pidfd, int signal) {
  return static_cast<int>(
      ::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0));
}

}  // namespace faultline::internal
