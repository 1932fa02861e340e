#pragma once

#include <optional>
#include <string>

namespace faultline {

// Frames about who has an address, as SwitchPlug carries them. Hardware
// addresses are texts like "52:54:00:fa:02:01", addresses "192.0.2.100".

// An ARP packet for IPv4 on Ethernet.
struct ArpPacket {
  bool is_reply = false;
  std::string sender_hardware = {};
  std::string sender = {};
  std::string target_hardware = {};
  std::string target = {};

  // Says something about its sender that nobody asked for.
  bool IsGratuitous() const { return sender == target; }
  friend bool operator==(const ArpPacket&, const ArpPacket&) = default;
};

// A VRRP advertisement, version 2 or 3.
struct VrrpAdvert {
  std::string sender_hardware = {};
  std::string sender = {};
  int router = 0;
  int priority = 0;          // 0: the sender gives the address up
  std::string address = {};  // the first of those that it is about

  friend bool operator==(const VrrpAdvert&, const VrrpAdvert&) = default;
};

// Nothing for any other frame, and for one that is cut short.
std::optional<ArpPacket> ParseArp(const std::string& frame);
std::optional<VrrpAdvert> ParseVrrp(const std::string& frame);

// The broadcast that asks who has `target`. Throws UsageError for what is no
// address.
std::string ArpRequest(const std::string& hardware, const std::string& address,
                       const std::string& target);

}  // namespace faultline
