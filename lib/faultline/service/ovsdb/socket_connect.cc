#include "faultline/service/ovsdb/socket_connect.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstring>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

constexpr char kUnixPrefix[] = "unix:";

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

SocketAddress UnixAddress(const std::string& path) {
  SocketAddress address;
  auto& local = reinterpret_cast<sockaddr_un&>(address.storage);
  if (path.size() >= sizeof local.sun_path) {
    throw CommandError(fmt::format("{}: too long for a socket", path));
  }
  local.sun_family = AF_UNIX;
  std::memcpy(local.sun_path, path.data(), path.size());
  address.length = sizeof local;
  return address;
}

SocketAddress InternetAddress(const std::string& text) {
  SocketAddress address;
  auto& internet = reinterpret_cast<sockaddr_in&>(address.storage);
  const std::size_t colon = text.rfind(':');
  const char* end = text.data() + text.size();
  std::uint16_t port = 0;
  const bool port_read =
      colon != std::string::npos &&
      std::from_chars(text.data() + colon + 1, end, port).ptr == end;
  if (!port_read || ::inet_pton(AF_INET, text.substr(0, colon).c_str(),
                                &internet.sin_addr) != 1) {
    throw CommandError(fmt::format("\"{}\" is no address and port", text));
  }
  internet.sin_family = AF_INET;
  internet.sin_port = htons(port);
  address.length = sizeof internet;
  return address;
}

SocketAddress Parse(const std::string& text) {
  return text.starts_with(kUnixPrefix)
             ? UnixAddress(text.substr(sizeof kUnixPrefix - 1))
             : InternetAddress(text);
}

int EndOfConnect(int socket, Deadline deadline) {
  if (!WaitForSocket(socket, POLLOUT, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

}  // namespace

FileDescriptor ConnectSocket(const std::string& address, Deadline deadline) {
  const SocketAddress to = Parse(address);
  FileDescriptor socket(::socket(
      to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) throw CommandError("no socket: " + ErrnoText());
  int error = 0;
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to.storage),
                to.length) != 0) {
    error = errno == EINPROGRESS ? EndOfConnect(socket.get(), deadline) : errno;
  }
  if (error != 0) {
    throw CommandError(
        fmt::format("{}: no connection: {}", address, ErrnoText(error)));
  }
  const int on = 1;  // fails harmlessly on a UNIX socket
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

bool WaitForSocket(int socket, short events, Deadline deadline) {
  while (true) {
    pollfd poll{.fd = socket, .events = events, .revents = 0};
    const int ready = ::poll(&poll, 1, deadline.RemainingMilliseconds());
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) throw Error("poll: " + ErrnoText());
  }
}

}  // namespace faultline::internal
