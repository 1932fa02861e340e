#include "faultline/service/vip/address_feed.h"

#include <gtest/gtest.h>

namespace faultline {
namespace {

// As `ip -oneline` of iproute2 6.1 prints them.
TEST(ParseAddressLine, AnAddressComesAndGoes) {
  const std::string line =
      "3: data    inet 192.0.2.100/32 scope global data\\       valid_lft "
      "forever preferred_lft forever";
  EXPECT_EQ(ParseAddressLine(line, "192.0.2.100"), true);
  EXPECT_EQ(ParseAddressLine("Deleted " + line, "192.0.2.100"), false);
}

TEST(ParseAddressLine, AnotherAddressSaysNothing) {
  const std::string line =
      "3: data    inet 192.0.2.1/24 brd 192.0.2.255 scope global data\\  ";
  EXPECT_EQ(ParseAddressLine(line, "192.0.2.100"), std::nullopt);
  EXPECT_EQ(ParseAddressLine(line, "192.0.2.10"), std::nullopt);
  EXPECT_EQ(ParseAddressLine("", "192.0.2.100"), std::nullopt);
}

TEST(ParseAddressLine, ANodeBeginsWithout) {
  EXPECT_EQ(ParseAddressLine("begin", "192.0.2.100"), false);
}

}  // namespace
}  // namespace faultline
