#pragma once

#include <poll.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "faultline/net/switch_plug.h"

namespace faultline {

// An end on a switch with a hardware address of its own: what a node is to the
// network, without the node.
class VdePlug {
 public:
  VdePlug(const std::filesystem::path& plug_directory, int port)
      : plug_(plug_directory, port),
        mac_{0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(port)} {}

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
    if (!plug_.Send(frame)) throw std::runtime_error("vde plug: send");
  }

  // The text of the next frame, or nothing within `milliseconds`.
  std::string Receive(int milliseconds) {
    const std::string frame = ReceiveFrame(milliseconds);
    if (frame.empty()) return {};
    if (frame.size() <= kHeader) throw std::runtime_error("vde plug: recv");
    return frame.c_str() + kHeader;
  }
  // The whole of it.
  std::string ReceiveFrame(int milliseconds) {
    pollfd ready{plug_.data_descriptor(), POLLIN, 0};
    if (::poll(&ready, 1, milliseconds) != 1) return {};
    return plug_.Receive().value_or("");
  }

 private:
  static constexpr std::size_t kHeader = 14;

  SwitchPlug plug_;
  std::array<std::uint8_t, 6> mac_;
};

}  // namespace faultline
