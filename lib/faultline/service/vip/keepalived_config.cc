#include "faultline/service/vip/keepalived_config.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

using std::chrono_literals::operator""ms;

constexpr int kMostRouters = 255;
constexpr int kHighestPriority = 254;  // 255 is the owner's, who never yields
constexpr auto kCentisecond = 10ms;    // VRRP 3 counts in them
constexpr auto kLongestInterval = 4095 * kCentisecond;

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

void Require(bool good, const std::string& problem) {
  if (!good) throw UsageError("keepalived: " + problem);
}

bool IsWholeSeconds(Duration duration) {
  return duration % std::chrono::seconds(1) == Duration::zero();
}

}  // namespace

void CheckOptions(const KeepalivedOptions& options, int nodes) {
  in_addr address{};
  Require(::inet_pton(AF_INET, options.address.c_str(), &address) == 1,
          options.address + " is no IPv4 address");
  Require(options.router >= 1 && options.router <= kMostRouters,
          fmt::format("router {} is not in 1 to 255", options.router));
  Require(options.advert_interval >= kCentisecond &&
              options.advert_interval <= kLongestInterval &&
              options.advert_interval % kCentisecond == Duration::zero(),
          fmt::format("advert interval {} is not a number of centiseconds, 1 "
                      "to 4095",
                      ToText(options.advert_interval)));
  Require(static_cast<int>(options.priorities.size()) >= nodes,
          fmt::format("{} priorities for {} nodes", options.priorities.size(),
                      nodes));
  for (const int priority : options.priorities)
    Require(priority >= 1 && priority <= kHighestPriority,
            fmt::format("priority {} is not in 1 to 254", priority));
  Require(std::set<int>(options.priorities.begin(), options.priorities.end())
                  .size() == options.priorities.size(),
          "two nodes have one priority");
  Require(options.check_interval >= std::chrono::seconds(1) &&
              IsWholeSeconds(options.check_interval),
          "the check interval is not a number of seconds");
  Require(options.check_failures >= 1, "check failures are less than one");
  Require(options.garp_delay >= Duration::zero() &&
              IsWholeSeconds(options.garp_delay),
          "the delay of gratuitous ARP is not a number of seconds");
}

std::string KeepalivedConfiguration(const KeepalivedOptions& options,
                                    const std::string& name, int index) {
  return fmt::format(
      R"(global_defs {{
  router_id {}
  script_user root
  enable_script_security
  vrrp_version 3
}}
vrrp_script responder {{
  script "/usr/lib/faultline/address-check"
  interval {:g}
  timeout {:g}
  fall {}
  rise 1
}}
vrrp_instance address {{
  state BACKUP
  interface data
  virtual_router_id {}
  priority {}
  advert_int {:g}
{}  garp_master_repeat {}
  garp_master_delay {:g}
  garp_lower_prio_repeat {}
  virtual_ipaddress {{
    {}/32
  }}
  track_script {{
    responder
  }}
}}
)",
      name, Seconds(options.check_interval), Seconds(options.check_interval),
      options.check_failures, options.router, options.priorities.at(index - 1),
      Seconds(options.advert_interval), options.preempt ? "" : "  nopreempt\n",
      options.garp_repeat, Seconds(options.garp_delay),
      options.garp_lower_priority_repeat, options.address);
}

Duration MasterDownInterval(const KeepalivedOptions& options, int priority) {
  return 3 * options.advert_interval +
         options.advert_interval * (256 - priority) / 256;
}

std::string ParseVrrpState(const std::string& data) {
  constexpr std::string_view kInstance = "VRRP Instance = ";
  constexpr std::string_view kState = "\n   State = ";
  const std::size_t instance = data.find(kInstance);
  if (instance == std::string::npos) return "";
  const std::size_t state = data.find(kState, instance);
  if (state == std::string::npos) return "";
  const std::size_t begin = state + kState.size();
  return data.substr(begin, data.find('\n', begin) - begin);
}

}  // namespace faultline::internal
