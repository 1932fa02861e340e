#include "faultline/net/cable.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/net/network.h"
#include "faultline/net/vde_switch.h"
#include "support/scratch_directory.h"
#include "support/vde_plug.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Lt;
using testing::SizeIs;
using testing::ThrowsMessage;

// Milliseconds; an undisturbed frame takes one.
constexpr int kPause = 10;
constexpr int kSilence = 250;
constexpr int kArrives = 5000;

TEST(WirefilterOptions, NameTheDirection) {
  EXPECT_THAT(WirefilterOptions({.loss_percent = 20.5}),
              ElementsAre("-l", "20.5"));
  EXPECT_THAT(WirefilterOptions(
                  {.direction = CableDirection::kOut, .loss_percent = 20}),
              ElementsAre("-l", "LR20"));
  EXPECT_THAT(WirefilterOptions({.direction = CableDirection::kIn,
                                 .delay = milliseconds(100),
                                 .jitter = milliseconds(10)}),
              ElementsAre("-d", "RL100+10"));
  EXPECT_THAT(WirefilterOptions({}), IsEmpty());
}

TEST(WirefilterOptions, AreRefusedIfItWouldNotSurviveThem) {
  WirefilterOptions({.duplicate_percent = 90});
  WirefilterOptions({.flipped_bits_per_mebibyte = 600});
  EXPECT_THROW(WirefilterOptions({.duplicate_percent = 91}), UsageError);
  EXPECT_THROW(WirefilterOptions({.flipped_bits_per_mebibyte = 601}),
               UsageError);
}

// Three nodes' plugs on a real switch; the first node is to have the cable.
class CableTest : public testing::Test {
 protected:
  CableTest()
      : switch_(warden_, scratch_.path(), Deadline::After(seconds(10))),
        network_(warden_, switch_, 3) {
    for (int node = 1; node <= 3; ++node)
      plugs_[static_cast<std::size_t>(node)] =
          std::make_unique<VdePlug>(switch_.plug_directory(), node);
  }

  void Insert(const CableSettings& settings) {
    network_.InsertCable(1, settings);
  }
  VdePlug& plug(int node) { return *plugs_.at(static_cast<std::size_t>(node)); }

  // From one node to another only, as a guest's frames are.
  void SendTo(int to, int from, const std::string& text) {
    std::string frame;
    for (const int node : {to, from})
      frame.append(reinterpret_cast<const char*>(plug(node).mac().data()), 6);
    frame += "\x88\xb5" + text;
    frame.resize(60);
    plug(from).SendFrame(frame);
  }
  bool Hears(int to, int from) {
    const std::string text = NextText();
    SendTo(to, from, text);
    for (std::string heard; !(heard = plug(to).Receive(kSilence)).empty();)
      if (heard == text) return true;
    return false;
  }
  // How many frames come of so many, sent one after the other. What was flooded
  // to all ports before does not count.
  int Arriving(int sent, int to, int from) {
    const std::string text = NextText();
    int arrived = 0;
    for (int i = 1; i <= sent; ++i) {
      SendTo(to, from, text);
      const int patience = i < sent ? kPause : kSilence;
      for (std::string heard; !(heard = plug(to).Receive(patience)).empty();)
        if (heard == text) ++arrived;
    }
    return arrived;
  }
  std::string NextText() { return "frame " + std::to_string(++texts_); }
  // The processes of cables on this switch.
  std::vector<pid_t> Wirefilters() const {
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      std::ifstream file(entry.path() / "cmdline");
      const std::string line{std::istreambuf_iterator<char>(file), {}};
      if (line.starts_with("wirefilter") &&
          line.find(switch_.plug_directory()) != std::string::npos)
        found.push_back(std::stoi(entry.path().filename()));
    }
    return found;
  }

  ScratchDirectory scratch_;
  Warden warden_;
  VdeSwitch switch_;
  Network network_;
  std::array<std::unique_ptr<VdePlug>, 4> plugs_;
  int texts_ = 0;
};

TEST_F(CableTest, WithoutSettingsCarriesEveryFrameBothWays) {
  ASSERT_TRUE(Hears(1, 2));
  ASSERT_TRUE(Hears(2, 1));
  EXPECT_FALSE(network_.HasCable(1));
  Insert({});
  EXPECT_TRUE(network_.HasCable(1));
  EXPECT_FALSE(network_.HasCable(2));
  EXPECT_TRUE(Hears(1, 2)) << "before the switch has seen it behind the cable";
  EXPECT_EQ(Arriving(20, 2, 1), 20);
  EXPECT_EQ(Arriving(20, 1, 2), 20);
}

TEST_F(CableTest, LeavesNothingBehindWhenItIsRemoved) {
  Insert({.loss_percent = 100});
  EXPECT_THAT(Wirefilters(), SizeIs(1));
  EXPECT_FALSE(Hears(1, 2));
  network_.RemoveCable(1);
  network_.RemoveCable(1);
  EXPECT_THAT(Wirefilters(), IsEmpty());
  EXPECT_FALSE(network_.HasCable(1));
  EXPECT_TRUE(Hears(1, 2));
  EXPECT_TRUE(Hears(2, 1));
  Insert({});
  EXPECT_TRUE(Hears(1, 2));
}

TEST_F(CableTest, EndsWithItsNetwork) {
  {
    Network network(warden_, switch_, 3);
    network.InsertCable(1, {});
    EXPECT_THAT(Wirefilters(), SizeIs(1));
  }
  EXPECT_THAT(Wirefilters(), IsEmpty());
}

TEST_F(CableTest, LosesFramesInOneDirectionOnly) {
  Insert({.direction = CableDirection::kOut, .loss_percent = 100});
  EXPECT_EQ(Arriving(20, 2, 1), 0);
  EXPECT_EQ(Arriving(20, 1, 2), 20);
  EXPECT_EQ(Arriving(20, 3, 2), 20);
  network_.RemoveCable(1);
  Insert({.direction = CableDirection::kIn, .loss_percent = 100});
  EXPECT_EQ(Arriving(20, 2, 1), 20);
  EXPECT_EQ(Arriving(20, 1, 2), 0);
}

TEST_F(CableTest, LosesItsShare) {
  Insert({.loss_percent = 50});
  EXPECT_THAT(Arriving(100, 2, 1), AllOf(Gt(20), Lt(80)));
  EXPECT_THAT(Arriving(100, 1, 2), AllOf(Gt(20), Lt(80)));
}

TEST_F(CableTest, DelaysFramesInOneDirectionOnly) {
  Insert({.direction = CableDirection::kOut, .delay = seconds(1)});
  const auto begin = std::chrono::steady_clock::now();
  SendTo(2, 1, "late");
  SendTo(1, 2, "at once");
  EXPECT_EQ(plug(1).Receive(500), "at once");
  EXPECT_EQ(plug(2).Receive(kArrives), "late");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(990));
}

TEST_F(CableTest, KeepsTheOrderOfFramesThatAreLateByMoreOrLess) {
  Insert({.delay = milliseconds(30), .jitter = milliseconds(30)});
  for (int i = 10; i < 40; ++i) SendTo(2, 1, std::to_string(i));
  for (int i = 10; i < 40; ++i)
    ASSERT_EQ(plug(2).Receive(kArrives), std::to_string(i));
}

TEST_F(CableTest, LetsFramesOvertakeEachOtherIfItIsToldTo) {
  Insert({.direction = CableDirection::kOut,
          .delay = milliseconds(30),
          .jitter = milliseconds(30),
          .keeps_order = false});
  std::vector<std::string> sent;
  std::vector<std::string> received;
  for (int i = 10; i < 40; ++i) {
    sent.push_back(std::to_string(i));
    SendTo(2, 1, sent.back());
  }
  for (int i = 10; i < 40; ++i) received.push_back(plug(2).Receive(kArrives));
  EXPECT_FALSE(std::ranges::is_sorted(received));
  EXPECT_THAT(received, testing::UnorderedElementsAreArray(sent));
}

TEST_F(CableTest, DuplicatesFramesInOneDirectionOnly) {
  Insert({.direction = CableDirection::kIn, .duplicate_percent = 50});
  EXPECT_THAT(Arriving(60, 1, 2), AllOf(Gt(75), Lt(200)));
  EXPECT_EQ(Arriving(20, 2, 1), 20);
}

TEST_F(CableTest, FlipsBitsInOneDirectionOnly) {
  Insert({.direction = CableDirection::kOut, .flipped_bits_per_mebibyte = 600});
  std::string frame(6, '\xff');
  frame.append(reinterpret_cast<const char*>(plug(1).mac().data()), 6);
  frame += "\x88\xb5" + std::string(1400, 'x');
  const auto changed = [&](int to, int from) {
    int count = 0;
    for (int i = 0; i < 20; ++i) {
      plug(from).SendFrame(frame);
      const std::string received = plug(to).ReceiveFrame(kArrives);
      EXPECT_EQ(received.size(), frame.size());
      if (received != frame) ++count;
    }
    return count;
  };
  EXPECT_GT(changed(2, 1), 8);  // 16 on average
  frame[11] = 2;
  EXPECT_EQ(changed(1, 2), 0);
}

// 30 frames of 60 bytes, and one the other way that does not wait for them.
TEST_F(CableTest, CarriesSoManyBytesASecondEachWay) {
  Insert({.bytes_per_second = 3000});
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 10; i < 40; ++i) SendTo(2, 1, std::to_string(i));
  int next = 10;
  while (next < 15)
    ASSERT_EQ(plug(2).Receive(kArrives), std::to_string(next++));
  SendTo(1, 2, "the other way");
  EXPECT_EQ(plug(1).Receive(kArrives), "the other way");
  for (std::string heard; !(heard = plug(2).Receive(0)).empty();)
    ASSERT_EQ(heard, std::to_string(next++));
  EXPECT_LT(next, 40) << "all 30 came first";
  while (next < 40)
    ASSERT_EQ(plug(2).Receive(kArrives), std::to_string(next++));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(570));
}

TEST_F(CableTest, IsOneANode) {
  Insert({});
  EXPECT_THAT(
      [&] { Insert({}); },
      ThrowsMessage<UsageError>(HasSubstr("node1: it has a cable already")));
  EXPECT_TRUE(network_.HasCable(1));
  network_.InsertCable(2, {});
  EXPECT_TRUE(Hears(1, 2)) << "through both cables";
  EXPECT_THROW(network_.InsertCable(4, {}), UsageError);
  EXPECT_THROW(network_.InsertCable(-1, {}), UsageError);
}

TEST_F(CableTest, IsThereForAMachineThatStartsAnew) {
  plugs_[1].reset();
  Insert({.direction = CableDirection::kOut, .loss_percent = 100});
  plugs_[1] = std::make_unique<VdePlug>(switch_.plug_directory(), 1);
  EXPECT_FALSE(Hears(2, 1));
  EXPECT_TRUE(Hears(1, 2));
  plugs_[1].reset();
  network_.RemoveCable(1);
  plugs_[1] = std::make_unique<VdePlug>(switch_.plug_directory(), 1);
  EXPECT_TRUE(Hears(2, 1));
}

TEST_F(CableTest, FollowsPartitions) {
  Insert({});
  network_.Partition({{1, 2}, {3}});
  EXPECT_TRUE(network_.Joined(1, 2));
  EXPECT_FALSE(network_.Joined(1, 3));
  EXPECT_TRUE(Hears(2, 1));
  EXPECT_FALSE(Hears(3, 1));
  network_.Partition({{1, 3}, {2}});
  EXPECT_TRUE(network_.HasCable(1));
  EXPECT_FALSE(Hears(2, 1));
  EXPECT_TRUE(Hears(1, 3));
  network_.HealAll();
  EXPECT_TRUE(network_.Joined(1, 2));
  EXPECT_TRUE(Hears(1, 2));
  EXPECT_TRUE(Hears(1, 3));
}

TEST_F(CableTest, IsInsertedAndRemovedInTheGroupOfItsNode) {
  network_.Isolate(1);
  Insert({});
  EXPECT_FALSE(network_.Joined(1, 2));
  EXPECT_FALSE(Hears(2, 1));
  network_.RemoveCable(1);
  EXPECT_FALSE(network_.Joined(1, 2));
  EXPECT_FALSE(Hears(2, 1));
  network_.HealAll();
  EXPECT_TRUE(Hears(2, 1));
}

TEST_F(CableTest, ThatBreaksIsToldOfAndHealed) {
  Insert({});
  ::kill(Wirefilters().at(0), SIGKILL);
  const auto complaint = ThrowsMessage<MachineError>(
      HasSubstr("node1: its cable: wirefilter ended with exit code 137: "));
  Eventually(Deadline::After(seconds(10)), "its end is seen", [&] {
    try {
      return !network_.HasCable(1);
    } catch (const MachineError&) {
      return true;
    }
  });
  EXPECT_THAT([&] { network_.HasCable(1); }, complaint);
  EXPECT_FALSE(Hears(2, 1));
  EXPECT_THAT([&] { network_.RemoveCable(1); }, complaint);
  EXPECT_TRUE(Hears(2, 1));
  network_.RemoveCable(1);
  EXPECT_FALSE(network_.HasCable(1));
}

// The switch forgets in a moment where it has seen whom.
TEST_F(CableTest, ComesAndGoesAgainAndAgain) {
  for (int turn = 0; turn < 5; ++turn) {
    Insert({});
    ASSERT_TRUE(Hears(1, 2)) << turn;
    ASSERT_TRUE(Hears(2, 1)) << turn;
    network_.RemoveCable(1);
    ASSERT_TRUE(Hears(1, 2)) << turn;
    ASSERT_TRUE(Hears(2, 1)) << turn;
  }
}

}  // namespace
}  // namespace faultline
