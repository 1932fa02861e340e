#pragma once

#include "faultline/service/vip/keepalived.h"
#include "faultline/testing/virtual_ip_test.h"

namespace faultline {

using std::chrono_literals::operator""s;

// The role VirtualIp, played by keepalived on two nodes.
class PrismNet : public VirtualIpTest {
 protected:
  void FormKeepalived(const KeepalivedOptions& options = {}) {
    FormAddress({.role = "PrismNet",
                 .services = {"keepalived"},
                 .make =
                     [options](Cluster& cluster) {
                       return MakeKeepalived(cluster, ForThisMachine(options));
                     }},
                2);
  }
  // Advertisements that an emulated machine sends in time: on a busy host
  // timers were late by 2 s and more.
  static KeepalivedOptions ForThisMachine(KeepalivedOptions options);
  // Breaks the first node, which holds the address; returns once clients are
  // answered by the second one.
  ActiveFault BreakTheHolder(
      const std::string& kind,
      const std::map<std::string, std::string>& parameters = {});
  // Heals it; returns once the node that comes first has it back.
  void HealAndTakeBack(ActiveFault& fault);
  // It moved to the second node and back, each time in time. `more`: how much
  // longer than a silent holder this one is noticed.
  void JudgeThereAndBack(Duration more = Duration::zero());
  // The whole of it.
  void MovesAndComesBack(
      const std::string& kind,
      const std::map<std::string, std::string>& parameters = {},
      Duration more = Duration::zero());
  void WaitForTwoHolders();
  int AnnouncementsOf(const Node& node, std::int64_t since_ns) const;
};

}  // namespace faultline
