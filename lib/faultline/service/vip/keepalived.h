#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faultline/service/vip/virtual_ip.h"

namespace faultline {

struct KeepalivedOptions {
  std::string address = "192.0.2.100";
  int router = 100;  // the VRRP group's number, 1 to 255
  // How often the holder says that it is there. The others wait for three of
  // them, and their own skew.
  Duration advert_interval = std::chrono::seconds(1);
  // Of node 1, node 2, ...: the highest comes first; 1 to 254.
  std::vector<int> priorities = {150, 100, 50};
  // True: a node with a higher priority takes the address when it returns.
  bool preempt = true;
  // The tracked service is asked so often; after so many failures the node
  // gives the address up.
  Duration check_interval = std::chrono::seconds(1);
  int check_failures = 2;
  // Gratuitous ARP: so many when the address comes, and once more after that
  // time; zero: not once more.
  int garp_repeat = 5;
  Duration garp_delay = std::chrono::seconds(5);
  // When a holder hears another one with a lower priority: so many more.
  int garp_lower_priority_repeat = 5;

  bool operator==(const KeepalivedOptions&) const = default;
};

// keepalived (VRRP 3, multicast) on each node, as its operators run it. The
// tracked service is the responder that clients ask. The nodes have the service
// "keepalived" and the channel kAddressChannel (address_feed.h). Throws
// UsageError for options that keepalived would not take as they are.
std::unique_ptr<VirtualIp> MakeKeepalived(Cluster& cluster,
                                          const KeepalivedOptions& options);

// The units on each node, for faults that hit one of them (unit=NAME).
inline constexpr char kKeepalivedUnit[] = "faultline-keepalived.service";
inline constexpr char kResponderUnit[] = "faultline-responder.service";

}  // namespace faultline
