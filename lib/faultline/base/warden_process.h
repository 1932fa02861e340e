#pragma once

#include <sys/types.h>

#include "faultline/base/file_descriptor.h"

namespace faultline::internal {

// The number under which the warden's end of the socket reaches it.
inline constexpr int kWardenSocket = 3;

// The helper and our end of its socket.
struct WardenProcess {
  pid_t pid = -1;
  FileDescriptor socket;
};

WardenProcess StartWarden();

// Waits for the helper's end and reaps it; kills it if it does not come.
// Returns whether it ended by itself and well.
bool AwaitWardenEnd(pid_t pid) noexcept;

}  // namespace faultline::internal
