#include "faultline/net/ethernet_frame.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string_view>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr std::size_t kHardware = 6;
constexpr std::size_t kEthernet = 14;
constexpr std::size_t kArp = 28;
constexpr std::string_view kArpType("\x08\x06", 2);
constexpr std::string_view kInternetType("\x08\x00", 2);
// Ethernet, IPv4, and the lengths of their addresses.
constexpr std::string_view kArpOfInternet("\x00\x01\x08\x00\x06\x04", 6);
constexpr std::size_t kInternet = 20;  // without options
constexpr unsigned kVrrpProtocol = 112;
constexpr unsigned kAdvertisement = 1;
constexpr std::size_t kVrrp = 8;  // before the addresses

unsigned Byte(const std::string& frame, std::size_t at) {
  return static_cast<std::uint8_t>(frame[at]);
}

std::string HardwareAt(const std::string& frame, std::size_t at) {
  std::string text;
  for (std::size_t i = 0; i < kHardware; ++i)
    text += fmt::format("{}{:02x}", i == 0 ? "" : ":", Byte(frame, at + i));
  return text;
}

std::string AddressAt(const std::string& frame, std::size_t at) {
  return fmt::format("{}.{}.{}.{}", Byte(frame, at), Byte(frame, at + 1),
                     Byte(frame, at + 2), Byte(frame, at + 3));
}

bool HasType(const std::string& frame, std::string_view type) {
  return std::string_view(frame).substr(2 * kHardware, 2) == type;
}

std::string HardwareBytes(const std::string& text) {
  std::string bytes;
  unsigned byte[kHardware] = {};
  if (std::sscanf(text.c_str(), "%x:%x:%x:%x:%x:%x", &byte[0], &byte[1],
                  &byte[2], &byte[3], &byte[4], &byte[5]) != kHardware)
    throw UsageError(text + " is no hardware address");
  for (const unsigned one : byte) bytes += static_cast<char>(one);
  return bytes;
}

std::string AddressBytes(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1)
    throw UsageError(text + " is no IPv4 address");
  return {reinterpret_cast<const char*>(&address), sizeof address};
}

}  // namespace

std::optional<ArpPacket> ParseArp(const std::string& frame) {
  if (frame.size() < kEthernet + kArp || !HasType(frame, kArpType) ||
      std::string_view(frame).substr(kEthernet, kArpOfInternet.size()) !=
          kArpOfInternet)
    return std::nullopt;
  const unsigned operation = 256 * Byte(frame, 20) + Byte(frame, 21);
  if (operation != 1 && operation != 2) return std::nullopt;
  return ArpPacket{.is_reply = operation == 2,
                   .sender_hardware = HardwareAt(frame, 22),
                   .sender = AddressAt(frame, 28),
                   .target_hardware = HardwareAt(frame, 32),
                   .target = AddressAt(frame, 38)};
}

std::optional<VrrpAdvert> ParseVrrp(const std::string& frame) {
  if (frame.size() < kEthernet + kInternet || !HasType(frame, kInternetType))
    return std::nullopt;
  const std::size_t header = 4 * (Byte(frame, kEthernet) & 0x0f);
  const std::size_t vrrp = kEthernet + header;
  if (header < kInternet || Byte(frame, kEthernet + 9) != kVrrpProtocol ||
      frame.size() < vrrp + kVrrp + 4)
    return std::nullopt;
  const unsigned version = Byte(frame, vrrp) >> 4;
  if ((Byte(frame, vrrp) & 0x0f) != kAdvertisement || version < 2 ||
      version > 3)
    return std::nullopt;
  return VrrpAdvert{.sender_hardware = HardwareAt(frame, kHardware),
                    .sender = AddressAt(frame, kEthernet + 12),
                    .router = static_cast<int>(Byte(frame, vrrp + 1)),
                    .priority = static_cast<int>(Byte(frame, vrrp + 2)),
                    .address = AddressAt(frame, vrrp + kVrrp)};
}

std::string ArpRequest(const std::string& hardware, const std::string& address,
                       const std::string& target) {
  const std::string own = HardwareBytes(hardware);
  std::string frame(kHardware, '\xff');
  frame.append(own).append(kArpType).append(kArpOfInternet);
  frame.append(std::string("\x00\x01", 2)).append(own);
  frame.append(AddressBytes(address)).append(kHardware, '\0');
  frame.append(AddressBytes(target));
  return frame;
}

}  // namespace faultline
