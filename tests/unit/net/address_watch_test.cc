#include "faultline/net/address_watch.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/files.h"
#include "faultline/net/vde_switch.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using std::chrono::seconds;

constexpr char kAddress[] = "192.0.2.100";
constexpr char kNode[] = "52:54:00:fa:02:01";

Deadline Soon() { return Deadline::After(seconds(10)); }

class AddressWatchTest : public testing::Test {
 protected:
  std::unique_ptr<AddressWatch> Watch() {
    return std::make_unique<AddressWatch>(
        AddressWatch::Options{.plug_directory = switch_.plug_directory(),
                              .capture = capture(),
                              .address = kAddress,
                              .interval = std::chrono::milliseconds(20)},
        AddressWatch::Heard{.arp = [this](const ArpPacket& arp) {
          const std::lock_guard lock(mutex_);
          heard_.push_back(arp);
        }});
  }
  std::filesystem::path capture() const { return scratch_.path() / "c.pcap"; }
  std::size_t heard() {
    const std::lock_guard lock(mutex_);
    return heard_.size();
  }

  const ScratchDirectory scratch_;
  Warden warden_;
  VdeSwitch switch_{warden_, scratch_.path(), Soon()};
  std::mutex mutex_;
  std::vector<ArpPacket> heard_;
};

TEST_F(AddressWatchTest, AsksAgainAndAgainAndHearsWhoAnswers) {
  const auto watch = Watch();
  SwitchPlug node(switch_.plug_directory(), 1);
  Eventually(Soon(), "three questions and an answer to each", [&] {
    while (const auto question = node.Receive()) {
      const auto asked = ParseArp(*question);
      EXPECT_EQ(asked->target, kAddress);
      std::string answer = ArpRequest(kNode, kAddress, asked->sender);
      answer[21] = 2;
      node.Send(answer);
    }
    return heard() >= 3;
  });
  EXPECT_TRUE(heard_.front().is_reply);
  EXPECT_EQ(heard_.front().sender_hardware, kNode);
  EXPECT_EQ(watch->Complaint(), "");
}

TEST_F(AddressWatchTest, HearsWhatNobodyAskedForButNotOfOthers) {
  const auto watch = Watch();
  SwitchPlug node(switch_.plug_directory(), 1);
  node.Send(ArpRequest(kNode, "192.0.2.7", "192.0.2.7"));
  node.Send(ArpRequest(kNode, kAddress, kAddress));
  Eventually(Soon(), "the gratuitous one", [&] { return heard() == 1; });
  EXPECT_TRUE(heard_.front().IsGratuitous());
}

TEST_F(AddressWatchTest, TheCaptureHoldsEveryFrameWhole) {
  const std::string frame = ArpRequest(kNode, kAddress, kAddress);
  {
    const auto watch = Watch();
    SwitchPlug node(switch_.plug_directory(), 1);
    node.Send(frame);
    Eventually(Soon(), "the frame", [&] { return heard() == 1; });
  }
  const std::string bytes = ReadFile(capture());
  EXPECT_EQ(bytes.substr(0, 4), "\x4d\x3c\xb2\xa1");
  EXPECT_NE(bytes.find(frame), std::string::npos);
  // A header of 24 bytes, then 16 bytes and a question or the frame each.
  EXPECT_EQ((bytes.size() - 24) % (16 + frame.size()), 0U);
}

TEST_F(AddressWatchTest, AnAddressThatIsNoneIsRefused) {
  EXPECT_THROW(AddressWatch({.plug_directory = switch_.plug_directory(),
                             .capture = capture(),
                             .address = "nowhere"},
                            {}),
               UsageError);
}

}  // namespace
}  // namespace faultline
