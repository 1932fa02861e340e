#pragma once

#include <string>
#include <vector>

#include "faultline/base/file_descriptor.h"

namespace faultline::internal {

// One message of a SOCK_SEQPACKET socket, with the descriptors that travel
// with it.
struct UnixMessage {
  std::string text;  // empty: the other end has closed
  std::vector<FileDescriptor> descriptors;
};

// False with errno set if the message could not be sent.
bool SendMessage(int socket, const std::string& text,
                 const std::vector<int>& descriptors);

// Waits for a message. A socket that broke reads as one that was closed.
UnixMessage ReceiveMessage(int socket);

}  // namespace faultline::internal
