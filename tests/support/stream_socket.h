#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "faultline/base/file_descriptor.h"

namespace faultline {

inline sockaddr_un UnixAddress(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof address.sun_path)
    throw std::runtime_error(path.string() + " is too long for a UNIX socket");
  std::strcpy(address.sun_path, path.c_str());
  return address;
}

// A stream connected to the UNIX socket. Throws if nobody listens there.
inline FileDescriptor ConnectToUnixSocket(const std::filesystem::path& path) {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = UnixAddress(path);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0)
    throw std::runtime_error(path.string() + ": " + std::strerror(errno));
  return socket;
}

// The same to a loopback port.
inline FileDescriptor ConnectToLoopback(int port) {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0)
    throw std::runtime_error("port " + std::to_string(port) + ": " +
                             std::strerror(errno));
  return socket;
}

}  // namespace faultline
