#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace faultline::bench {

using Mac = std::array<std::uint8_t, 6>;
using Ipv4 = std::array<std::uint8_t, 4>;

// Throw Error if it is none.
Mac ParseMac(const std::string& text);    // "52:54:00:00:00:01"
Ipv4 ParseIpv4(const std::string& text);  // "192.0.2.1"

// An ICMP echo (RFC 792) over IPv4 over Ethernet.
struct Echo {
  Mac from{};
  Mac to{};
  Ipv4 source{};
  Ipv4 destination{};
  std::uint16_t identifier = 0;
  std::uint32_t number = 0;  // its data
};

// The whole frame of a request.
std::string EchoRequest(const Echo& echo);
// Identifier and number of a frame that is a reply to one.
std::optional<Echo> ParseEchoReply(const std::string& frame);

}  // namespace faultline::bench
