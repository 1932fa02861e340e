#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <filesystem>
#include <memory>
#include <string>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/base/files.h"
#include "faultline/base/warden.h"
#include "faultline/service/directory/certificates.h"

namespace faultline {

// Answers to the first request of a connection, a bind (RFC 4511, BER).
inline const std::string kBindGranted(
    "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00", 14);
inline const std::string kBindRefused(
    "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x31\x04\x00\x04\x00", 14);
// The same with the control of a password policy: expired (draft-behera).
inline const std::string kBindExpired(
    "\x30\x32\x02\x01\x01\x61\x07\x0a\x01\x31\x04\x00\x04\x00\xa0\x24\x30\x22"
    "\x04\x19"
    "1.3.6.1.4.1.42.2.27.8.5.1"
    "\x04\x05\x30\x03\x81\x01\x00",
    52);

// A listener on loopback that nobody serves: connections to it are made, and
// stay silent.
class SilentPeer {
 public:
  SilentPeer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_.get(), generic, length) != 0 ||
        ::listen(socket_.get(), 8) != 0 ||
        ::getsockname(socket_.get(), generic, &length) != 0)
      throw Error("no listener on loopback");
    port_ = ntohs(address.sin_port);
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }
  int port() const { return port_; }
  void Close() { socket_.Reset(); }

 private:
  FileDescriptor socket_;
  int port_ = 0;
};

// A server (openssl's) that shows a certificate and says the same bytes to
// every client.
class TlsPeer {
 public:
  TlsPeer(Warden& warden, const std::filesystem::path& directory,
          const Certificate& certificate, const std::string& answers) {
    std::filesystem::create_directory(directory);
    WriteFileAtomically(directory / "pem",
                        certificate.certificate + certificate.key);
    WriteFileAtomically(directory / "answers", answers);
    SilentPeer free_port;
    port_ = free_port.port();
    free_port.Close();
    server_ = warden.Spawn(
        {.name = "openssl",
         .argv = {"sh", "-c",
                  "{ cat \"$0/answers\"; sleep 60; } | exec openssl s_server "
                  "-quiet -accept 127.0.0.1:\"$1\" -cert \"$0/pem\"",
                  directory.string(), std::to_string(port_)},
         .output = directory / "log"});
    Eventually(Within(std::chrono::seconds(20)), "openssl s_server listens",
               [&] { return Listens(); });
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }

 private:
  // Without a connection: the next one is the client's.
  bool Listens() const {
    const std::string table = ReadFile("/proc/net/tcp");
    return table.find(fmt::format("0100007F:{:04X} 00000000:0000 0A", port_)) !=
           std::string::npos;
  }

  int port_ = 0;
  std::unique_ptr<ChildProcess> server_;
};

}  // namespace faultline
