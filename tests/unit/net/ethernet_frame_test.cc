#include "faultline/net/ethernet_frame.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr char kHardware[] = "52:54:00:fa:02:01";

std::string Bytes(const std::string& digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16));
  return bytes;
}

// As keepalived 2.2.7 sends them for 192.0.2.100.
std::string GratuitousArp() {
  return Bytes(
      "ffffffffffff525400fa020108060001080006040001525400fa0201c0000264"
      "ffffffffffffc0000264");
}
std::string Advert(const std::string& type_and_version = "31") {
  return Bytes(
      "01005e000012525400fa020108"
      "0045c0002000010000ff70"
      "0000c0000201e0000012" +
      type_and_version + "6496010064abcdc0000264");
}

TEST(EthernetFrame, AGratuitousArpIsReadAndNamedSo) {
  const auto arp = ParseArp(GratuitousArp());
  ASSERT_TRUE(arp);
  EXPECT_EQ(arp->sender_hardware, kHardware);
  EXPECT_EQ(arp->sender, "192.0.2.100");
  EXPECT_TRUE(arp->IsGratuitous());
  EXPECT_FALSE(arp->is_reply);
}

TEST(EthernetFrame, AQuestionIsNotGratuitous) {
  const std::string frame = ArpRequest(kHardware, "192.0.2.253", "192.0.2.100");
  EXPECT_EQ(frame.substr(0, 6), std::string(6, '\xff'));
  const auto arp = ParseArp(frame);
  ASSERT_TRUE(arp);
  EXPECT_EQ(*arp, (ArpPacket{.sender_hardware = kHardware,
                             .sender = "192.0.2.253",
                             .target_hardware = "00:00:00:00:00:00",
                             .target = "192.0.2.100"}));
  EXPECT_FALSE(arp->IsGratuitous());
}

TEST(EthernetFrame, AReplyIsNamedSo) {
  std::string frame = ArpRequest(kHardware, "192.0.2.100", "192.0.2.253");
  frame[21] = 2;
  EXPECT_TRUE(ParseArp(frame)->is_reply);
  frame[21] = 3;
  EXPECT_FALSE(ParseArp(frame));
}

TEST(EthernetFrame, AnAdvertisementIsRead) {
  for (const char* version : {"21", "31"}) {
    const auto advert = ParseVrrp(Advert(version));
    ASSERT_TRUE(advert) << version;
    EXPECT_EQ(*advert, (VrrpAdvert{.sender_hardware = kHardware,
                                   .sender = "192.0.2.1",
                                   .router = 100,
                                   .priority = 150,
                                   .address = "192.0.2.100"}));
  }
}

TEST(EthernetFrame, WhatIsNoAdvertisementIsNone) {
  for (const char* version : {"11", "41", "32"})
    EXPECT_FALSE(ParseVrrp(Advert(version))) << version;
  std::string udp = Advert();
  udp[23] = 17;
  EXPECT_FALSE(ParseVrrp(udp));
  EXPECT_FALSE(ParseVrrp(GratuitousArp()));
  EXPECT_FALSE(ParseArp(Advert()));
}

TEST(EthernetFrame, CutShortAnywhereNothingIsRead) {
  for (const std::string& whole : {GratuitousArp(), Advert()}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_FALSE(ParseArp(whole.substr(0, length))) << length;
      EXPECT_FALSE(ParseVrrp(whole.substr(0, length))) << length;
    }
  }
}

TEST(EthernetFrame, AHeaderThatIsLongerThanTheFrameIsNotBelieved) {
  std::string frame = Advert();
  frame[14] = 0x4f;
  EXPECT_FALSE(ParseVrrp(frame));
  frame[14] = 0x41;
  EXPECT_FALSE(ParseVrrp(frame));
}

TEST(EthernetFrame, WhatIsNoAddressIsRefused) {
  EXPECT_THROW(ArpRequest("52:54", "192.0.2.1", "192.0.2.2"), UsageError);
  EXPECT_THROW(ArpRequest(kHardware, "192.0.2", "192.0.2.2"), UsageError);
  EXPECT_THROW(ArpRequest(kHardware, "192.0.2.1", "node2"), UsageError);
}

}  // namespace
}  // namespace faultline
