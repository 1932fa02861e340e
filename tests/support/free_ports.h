#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

// Ports of loopback that were free a moment ago, for servers that cannot say
// which port they got. Held together until all are known, so that no two are
// the same.
inline std::vector<int> FreePorts(int count) {
  std::vector<FileDescriptor> held;
  std::vector<int> ports;
  for (int i = 0; i < count; ++i) {
    held.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(held.back().get(), generic, length) != 0 ||
        ::getsockname(held.back().get(), generic, &length) != 0) {
      throw Error("no free port on loopback");
    }
    ports.push_back(ntohs(address.sin_port));
  }
  return ports;
}

}  // namespace faultline
