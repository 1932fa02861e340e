#include "bench/echo_request.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstring>

#include "faultline/base/error.h"

namespace faultline::bench {
namespace {

constexpr std::size_t kEthernet = 14;
constexpr std::size_t kIp = 20;
constexpr std::size_t kIcmp = 12;  // with the number
constexpr char kReply = 0;
constexpr char kRequest = 8;

// RFC 1071.
std::uint16_t Checksum(const std::string& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
    sum +=
        static_cast<std::uint32_t>((static_cast<std::uint8_t>(bytes[i]) << 8) |
                                   static_cast<std::uint8_t>(bytes[i + 1]));
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

void Put16(std::string& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<char>(value >> 8);
  bytes[at + 1] = static_cast<char>(value);
}

template <typename Bytes>
void Append(std::string& text, const Bytes& bytes) {
  text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string IpHeader(const Echo& echo) {
  std::string header(kIp - 8, '\0');
  header[0] = 0x45;
  Put16(header, 2, kIp + kIcmp);
  header[8] = 64;
  header[9] = 1;
  Append(header, echo.source);
  Append(header, echo.destination);
  Put16(header, 10, Checksum(header));
  return header;
}

std::string IcmpMessage(const Echo& echo) {
  std::string message(kIcmp, '\0');
  message[0] = kRequest;
  Put16(message, 4, echo.identifier);
  Put16(message, 8, static_cast<std::uint16_t>(echo.number >> 16));
  Put16(message, 10, static_cast<std::uint16_t>(echo.number));
  Put16(message, 2, Checksum(message));
  return message;
}

std::uint16_t Get16(const std::string& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(
      (static_cast<std::uint8_t>(bytes[at]) << 8) |
      static_cast<std::uint8_t>(bytes[at + 1]));
}

}  // namespace

Mac ParseMac(const std::string& text) {
  Mac mac{};
  if (std::sscanf(text.c_str(), "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &mac[0],
                  &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) != 6)
    throw Error(fmt::format("\"{}\" is no MAC address", text));
  return mac;
}

Ipv4 ParseIpv4(const std::string& text) {
  Ipv4 address{};
  if (::inet_pton(AF_INET, text.c_str(), address.data()) != 1)
    throw Error(fmt::format("\"{}\" is no IPv4 address", text));
  return address;
}

std::string EchoRequest(const Echo& echo) {
  std::string frame;
  Append(frame, echo.to);
  Append(frame, echo.from);
  frame.append("\x08\x00", 2);
  frame += IpHeader(echo) + IcmpMessage(echo);
  frame.resize(60);
  return frame;
}

std::optional<Echo> ParseEchoReply(const std::string& frame) {
  const std::size_t icmp = kEthernet + kIp;
  if (frame.size() < icmp + kIcmp || Get16(frame, 12) != 0x0800 ||
      frame[kEthernet + 9] != 1 || frame[icmp] != kReply)
    return std::nullopt;
  Echo echo;
  echo.identifier = Get16(frame, icmp + 4);
  echo.number = static_cast<std::uint32_t>(Get16(frame, icmp + 8)) << 16 |
                Get16(frame, icmp + 10);
  return echo;
}

}  // namespace faultline::bench
