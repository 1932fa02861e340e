#pragma once

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "faultline/base/file_descriptor.h"

namespace faultline {

// An endpoint on a vde_switch that sends and receives Ethernet frames, as
// QEMU's vde netdev does: what a node is to the network, without the node.
class VdePlug {
 public:
  VdePlug(const std::filesystem::path& plug_directory, int port)
      : mac_{0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(port)} {
    data_.Reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    control_.Reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    static std::atomic<int> number = 0;
    const auto own = Address(plug_directory /
                             fmt::format(".{:05}-{:05}", ::getpid(), ++number));
    own_path_ = own.sun_path;
    Check(::bind(data_.get(), Generic(own), sizeof(own)) == 0, "bind");
    const auto control = Address(plug_directory / "ctl");
    Check(::connect(control_.get(), Generic(control), sizeof(control)) == 0,
          "connect");
    PlugIn(own, port);
  }
  ~VdePlug() { ::unlink(own_path_.c_str()); }

  const std::array<std::uint8_t, 6>& mac() const { return mac_; }

  // Sends one broadcast frame that carries `text`.
  void Broadcast(const std::string& text) {
    std::string frame(6, '\xff');
    frame.append(reinterpret_cast<const char*>(mac_.data()), mac_.size());
    frame += "\x88\xb5";  // an EtherType for experiments
    frame += text;
    frame.resize(60);
    SendFrame(frame);
  }
  // From the destination address on, without a checksum.
  void SendFrame(const std::string& frame) {
    Check(::send(data_.get(), frame.data(), frame.size(), 0) > 0, "send");
  }

  // The text of the next frame, or nothing within `milliseconds`.
  std::string Receive(int milliseconds) {
    const std::string frame = ReceiveFrame(milliseconds);
    if (frame.empty()) return {};
    Check(frame.size() > kHeader, "recv");
    return frame.c_str() + kHeader;
  }
  // The whole of it.
  std::string ReceiveFrame(int milliseconds) {
    pollfd ready{data_.get(), POLLIN, 0};
    if (::poll(&ready, 1, milliseconds) != 1) return {};
    std::array<char, 2048> frame{};
    const auto size = ::recv(data_.get(), frame.data(), frame.size(), 0);
    Check(size > 0, "recv");
    return {frame.data(), static_cast<std::size_t>(size)};
  }

 private:
  static constexpr std::size_t kHeader = 14;

  struct [[gnu::packed]] Request {
    std::uint32_t magic = 0xfeedface;
    std::uint32_t version = 3;
    std::uint32_t type = 0;
    sockaddr_un socket{};
  };

  static void Check(bool good, const char* action) {
    if (!good)
      throw std::runtime_error(
          fmt::format("vde plug: {}: {}", action, std::strerror(errno)));
  }
  static sockaddr_un Address(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    Check(path.string().size() < sizeof(address.sun_path), "too long a path");
    std::strcpy(address.sun_path, path.c_str());
    return address;
  }
  static const sockaddr* Generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
  }

  void PlugIn(const sockaddr_un& own, int port) {
    Request request;
    request.type = static_cast<std::uint32_t>(port) << 8;
    request.socket = own;
    Check(::send(control_.get(), &request, sizeof(request), 0) > 0, "request");
    sockaddr_un switch_side{};
    Check(::recv(control_.get(), &switch_side, sizeof(switch_side), 0) ==
              sizeof(switch_side),
          "no port given");
    Check(
        ::connect(data_.get(), Generic(switch_side), sizeof(switch_side)) == 0,
        "connect to the port");
  }

  std::array<std::uint8_t, 6> mac_;
  FileDescriptor data_;
  FileDescriptor control_;
  std::string own_path_;
};

}  // namespace faultline
