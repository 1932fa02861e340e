#include "faultline/net/vde_switch.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"
#include "support/scratch_directory.h"
#include "support/vde_plug.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

Deadline Soon() { return Deadline::After(seconds(10)); }

constexpr int kSilence = 50;  // milliseconds; the switch forwards in one
constexpr int kArrives = 5000;

TEST(VdeSwitch, IsReadyWhenItIsMadeAndClosedToOthers) {
  const ScratchDirectory scratch;
  Warden warden;
  VdeSwitch vde_switch(warden, scratch.path(), Soon());
  EXPECT_TRUE(fs::is_socket(vde_switch.plug_directory() / "ctl"));
  for (const fs::path& path : {scratch.path(), vde_switch.plug_directory()})
    EXPECT_EQ(fs::status(path).permissions() & fs::perms::all,
              fs::perms::owner_all);
  vde_switch.console().Command("showinfo", Soon());
}

TEST(VdeSwitch, ForwardsFramesBetweenItsPorts) {
  const ScratchDirectory scratch;
  Warden warden;
  VdeSwitch vde_switch(warden, scratch.path(), Soon());
  VdePlug one(vde_switch.plug_directory(), 1);
  VdePlug two(vde_switch.plug_directory(), 2);
  one.Broadcast("before");
  EXPECT_EQ(two.Receive(kArrives), "before");
}

TEST(VdeSwitch, KeepsAPortInItsVlanWhileNothingIsPluggedIn) {
  const ScratchDirectory scratch;
  Warden warden;
  VdeSwitch vde_switch(warden, scratch.path(), Soon());
  vde_switch.SetVlan(1, 7, Soon());
  VdePlug two(vde_switch.plug_directory(), 2);
  for (int turn = 0; turn < 2; ++turn) {
    VdePlug one(vde_switch.plug_directory(), 1);
    one.Broadcast("from another VLAN");
    EXPECT_EQ(two.Receive(kSilence), "");
  }
  VdePlug one(vde_switch.plug_directory(), 1);
  vde_switch.SetVlan(1, 0, Soon());
  one.Broadcast("back");
  EXPECT_EQ(two.Receive(kArrives), "back");
}

TEST(VdeSwitch, TellsWhereAPortIsAndWhetherSomethingIsPluggedIn) {
  const ScratchDirectory scratch;
  Warden warden;
  VdeSwitch vde_switch(warden, scratch.path(), Soon());
  EXPECT_THROW(vde_switch.Vlan(1, Soon()), MachineError);
  vde_switch.SetVlan(1, 7, Soon());
  EXPECT_EQ(vde_switch.Vlan(1, Soon()), 7);
  EXPECT_FALSE(vde_switch.HasPlug(1, Soon()));
  VdePlug one(vde_switch.plug_directory(), 1);
  EXPECT_EQ(vde_switch.Vlan(1, Soon()), 7);
  EXPECT_TRUE(vde_switch.HasPlug(1, Soon()));
}

TEST(VdeSwitch, RefusesPortsAndVlansThatCannotBe) {
  const ScratchDirectory scratch;
  Warden warden;
  VdeSwitch vde_switch(warden, scratch.path(), Soon());
  EXPECT_THAT([&] { vde_switch.SetVlan(1000, 0, Soon()); },
              ThrowsMessage<MachineError>(HasSubstr("port/create 1000")));
  EXPECT_THAT([&] { vde_switch.SetVlan(1, 5000, Soon()); },
              ThrowsMessage<MachineError>(HasSubstr("vlan/create 5000")));
  vde_switch.SetVlan(1, 1, Soon());
}

TEST(VdeSwitch, TellsWhenItIsGone) {
  const ScratchDirectory scratch;
  Warden warden;
  VdeSwitch vde_switch(warden, scratch.path(), Soon());
  EXPECT_THROW(vde_switch.console().Command("shutdown", Soon()), MachineError);
  EXPECT_THROW(vde_switch.SetVlan(1, 1, Soon()), MachineError);
}

TEST(VdeSwitch, QuotesASwitchThatDoesNotStart) {
  const ScratchDirectory scratch;
  Warden warden;
  scratch.Write("plugs", "in the way");
  EXPECT_THAT([&] { VdeSwitch(warden, scratch.path(), Soon()); },
              ThrowsMessage<MachineError>(
                  AllOf(HasSubstr("switch: vde_switch ended at once: "),
                        HasSubstr("plugs"))));
}

TEST(VdeSwitch, NeedsVdeSwitchOnThisHost) {
  const ScratchDirectory scratch;
  const ScratchDirectory empty;
  // Made first: the warden itself is found without PATH.
  const ScopedVariable path("PATH", empty.path());
  Warden warden;
  EXPECT_THAT([&] { VdeSwitch(warden, scratch.path(), Soon()); },
              ThrowsMessage<UsageError>(HasSubstr("vde_switch")));
}

TEST(VdeSwitch, SaysWhatToDoAboutADirectoryThatIsTooLong) {
  const std::string longest(86, 'd');
  CheckSocketDirectory(longest);
  EXPECT_THAT([&] { CheckSocketDirectory(longest + "d"); },
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr(longest), HasSubstr("87 characters"),
                        HasSubstr("the 86"), HasSubstr("set TMPDIR"))));
}

TEST(VdeSwitch, WorksInTheLongestDirectoryThatIsAccepted) {
  const ScratchDirectory scratch;
  const fs::path longest =
      scratch.path() / std::string(85 - scratch.path().string().size(), 'd');
  fs::create_directory(longest);
  Warden warden;
  VdeSwitch vde_switch(warden, longest, Soon());
  VdePlug one(vde_switch.plug_directory(), 1);
  VdePlug two(vde_switch.plug_directory(), 2);
  one.Broadcast("far");
  EXPECT_EQ(two.Receive(kArrives), "far");
}

}  // namespace
}  // namespace faultline
