#pragma once

#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"

namespace faultline::internal {

// A connected socket that does not block. `address`: "127.0.0.1:6640" (numbers
// only) or "unix:/path". Throws CommandError with the address and the reason.
FileDescriptor ConnectSocket(const std::string& address, Deadline deadline);

// Waits for poll's `events`; false at the deadline.
bool WaitForSocket(int socket, short events, Deadline deadline);

}  // namespace faultline::internal
