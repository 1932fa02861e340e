#include "faultline/service/vip/keepalived_config.h"

#include <gmock/gmock.h>

#include <functional>

#include "faultline/base/error.h"
#include "support/throws.h"

namespace faultline {
namespace {

using internal::CheckOptions;
using internal::KeepalivedConfiguration;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::HasSubstr;
using testing::Not;

TEST(KeepalivedConfiguration, NamesTheNodeItsPriorityAndTheAddress) {
  const std::string text = KeepalivedConfiguration({}, "node2", 2);
  EXPECT_THAT(text, HasSubstr("router_id node2\n"));
  EXPECT_THAT(text, HasSubstr("priority 100\n"));
  EXPECT_THAT(text, HasSubstr("advert_int 1\n"));
  EXPECT_THAT(text, HasSubstr("192.0.2.100/32\n"));
  EXPECT_THAT(text, HasSubstr("state BACKUP\n"));
  EXPECT_THAT(text, Not(HasSubstr("nopreempt")));
  EXPECT_EQ(std::ranges::count(text, '{'), std::ranges::count(text, '}'));
}

TEST(KeepalivedConfiguration, SaysWhatItsOptionsSay) {
  const std::string text =
      KeepalivedConfiguration({.address = "192.0.2.101",
                               .router = 7,
                               .advert_interval = 250ms,
                               .priorities = {200, 150},
                               .preempt = false,
                               .check_interval = 3s,
                               .check_failures = 4,
                               .garp_repeat = 2,
                               .garp_delay = 0s,
                               .garp_lower_priority_repeat = 0},
                              "node1", 1);
  for (const char* line :
       {"192.0.2.101/32\n", "virtual_router_id 7\n", "advert_int 0.25\n",
        "priority 200\n", "nopreempt\n", "interval 3\n", "fall 4\n",
        "garp_master_repeat 2\n", "garp_master_delay 0\n",
        "garp_lower_prio_repeat 0\n"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(KeepalivedConfiguration, RefusesWhatKeepalivedWouldNotTake) {
  const auto refused =
      [](const std::function<void(KeepalivedOptions&)>& change) {
        KeepalivedOptions options;
        change(options);
        return ErrorOf([&] { CheckOptions(options, 2); });
      };
  EXPECT_THAT(refused([](auto& o) { o.address = "here"; }),
              HasSubstr("here is no IPv4 address"));
  EXPECT_THAT(refused([](auto& o) { o.router = 256; }),
              HasSubstr("router 256 is not in 1 to 255"));
  EXPECT_THAT(refused([](auto& o) { o.advert_interval = 5ms; }),
              HasSubstr("advert interval 5 ms"));
  EXPECT_THAT(refused([](auto& o) { o.advert_interval = 41s; }),
              HasSubstr("advert interval 41 s"));
  EXPECT_THAT(refused([](auto& o) { o.priorities = {150}; }),
              HasSubstr("1 priorities for 2 nodes"));
  EXPECT_THAT(refused([](auto& o) { o.priorities = {255, 1}; }),
              HasSubstr("priority 255"));
  EXPECT_THAT(refused([](auto& o) { o.priorities = {9, 9}; }),
              HasSubstr("two nodes have one priority"));
  EXPECT_THAT(refused([](auto& o) { o.check_interval = 1500ms; }),
              HasSubstr("check interval"));
  EXPECT_THAT(refused([](auto& o) { o.check_failures = 0; }),
              HasSubstr("check failures"));
  EXPECT_THAT(refused([](auto& o) { o.garp_delay = 500ms; }),
              HasSubstr("gratuitous ARP"));
  CheckOptions({}, 3);
}

TEST(MasterDownInterval, IsThreeAdvertisementsAndTheSkew) {
  const KeepalivedOptions options{.advert_interval = 256ms};
  EXPECT_EQ(internal::MasterDownInterval(options, 100), 768ms + 156ms);
  EXPECT_EQ(internal::MasterDownInterval(options, 254), 768ms + 2ms);
}

TEST(ParseVrrpState, ReadsTheStateOfTheInstance) {
  EXPECT_EQ(internal::ParseVrrpState(
                "------< VRRP Topology >------\n VRRP Instance = address\n"
                "   VRRP Version = 3\n   State = BACKUP\n"
                "   Flags:\n     none\n   Wantstate = BACKUP\n"
                "   State = UP, RUNNING\n"),
            "BACKUP");
  EXPECT_EQ(internal::ParseVrrpState("   State = MASTER\n"), "");
  EXPECT_EQ(internal::ParseVrrpState(""), "");
}

}  // namespace
}  // namespace faultline
