#pragma once

#include "faultline/base/file_descriptor.h"

namespace faultline::internal {

// Numbers below this one belong to the children: the warden's own descriptors
// and all that it receives are above, so that giving a child its descriptors
// never overwrites one that is still needed.
inline constexpr int kChildDescriptors = 64;

// Makes this process a warden: a session of its own, reaper of orphans, deaf
// to the signals of a terminal, nothing inherited but the socket. Returns the
// socket, moved out of the children's numbers.
FileDescriptor SetUpWarden(int socket);

}  // namespace faultline::internal
