#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <thread>

#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

// A server on loopback that takes one connection and does to it what a test
// says. Its end is the end of the connection.
class RpcPeer {
 public:
  // The connection, from the server's side. Waits at most 10 s, so that a test
  // that fails ends.
  class Connection {
   public:
    explicit Connection(int socket) : socket_(socket) {}
    // What arrives next; empty at the end of the stream.
    std::string Read() {
      pollfd poll{.fd = socket_, .events = POLLIN, .revents = 0};
      if (::poll(&poll, 1, 10'000) <= 0) return "";
      char buffer[65536];
      const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
      return {buffer, static_cast<std::size_t>(count > 0 ? count : 0)};
    }
    bool Write(const std::string& text) {
      std::size_t sent = 0;
      while (sent < text.size()) {
        const ssize_t count = ::send(socket_, text.data() + sent,
                                     text.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) return false;
        sent += static_cast<std::size_t>(count);
      }
      return true;
    }

   private:
    int socket_;
  };

  explicit RpcPeer(std::function<void(Connection&)> script)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), generic, length) != 0 ||
        ::listen(listener_.get(), 1) != 0 ||
        ::getsockname(listener_.get(), generic, &length) != 0) {
      throw Error("no server on loopback");
    }
    address_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
    thread_ = std::jthread([this, script = std::move(script)] {
      const FileDescriptor socket(
          ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!socket) return;
      Connection connection(socket.get());
      script(connection);
    });
  }
  ~RpcPeer() { ::shutdown(listener_.get(), SHUT_RDWR); }

  const std::string& address() const { return address_; }

 private:
  FileDescriptor listener_;
  std::string address_;
  std::jthread thread_;
};

}  // namespace faultline
