#include "faultline/net/vde_console.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "faultline/base/error.h"
#include "support/scripted_peer.h"

namespace faultline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

Deadline Soon() { return Deadline::After(seconds(5)); }
Deadline AtOnce() { return Deadline::After(milliseconds(30)); }

TEST(VdeReply, HoldsTheCodeAndItsText) {
  const VdeReply reply = ParseVdeReply("\n1017 File exists\n\nvde$ ");
  EXPECT_EQ(reply.code, 1017);
  EXPECT_EQ(reply.text, "File exists");
  EXPECT_THAT(reply.lines, IsEmpty());
}

TEST(VdeReply, HoldsDataLines) {
  const VdeReply reply = ParseVdeReply(
      "0000 DATA END WITH '.'\r\nVLAN 0000\r\n1000 apples\r\n.\r\n"
      "1000 Success\r\n\nvde$ ");
  EXPECT_EQ(reply.code, 1000);
  EXPECT_THAT(reply.lines, ElementsAre("VLAN 0000", "1000 apples"));
}

TEST(VdeReply, WithoutACodeIsRefused) {
  for (const char* raw :
       {"", "\nvde$ ", "10000 Success", "0000 DATA END WITH '.'\nVLAN 0\n"})
    EXPECT_THAT([&] { ParseVdeReply(raw); },
                ThrowsMessage<MachineError>(HasSubstr("no result code")));
}

TEST(VdeConsole, FollowsARecordedSession) {
  ScriptedPeer peer(ReadTranscript(FAULTLINE_FIXTURES "/vde/switch.txt"));
  {
    VdeConsole console(peer.TakeSocket(), "vde$ ", Soon());
    EXPECT_THAT(console.Command("vlan/create 5", Soon()), IsEmpty());
    EXPECT_THAT(
        [&] { console.Command("vlan/create 5", Soon()); },
        ThrowsMessage<MachineError>(
            "vde console: \"vlan/create 5\" was refused: 1017 File exists"));
    EXPECT_THAT(console.Command("vlan/print", Soon()),
                ElementsAre("VLAN 0000", "VLAN 0005"));
  }
  EXPECT_EQ(peer.Finish(), "");
}

TEST(VdeConsole, TellsWhenTheSwitchIsGone) {
  ScriptedPeer peer({"say-part vde$ |", "hear shutdown", "close"});
  VdeConsole console(peer.TakeSocket(), "vde$ ", Soon());
  EXPECT_THAT([&] { console.Command("shutdown", Soon()); },
              ThrowsMessage<MachineError>(
                  HasSubstr("\"shutdown\" got no answer: the switch is gone")));
  EXPECT_THAT([&] { console.Command("showinfo", Soon()); },
              ThrowsMessage<MachineError>(HasSubstr("the switch is gone")));
}

TEST(VdeConsole, TellsWhenNoAnswerComesAndIsOfNoUseAfterwards) {
  ScriptedPeer peer({"say-part vde$ |", "hear vlan/print", "hang"});
  VdeConsole console(peer.TakeSocket(), "vde$ ", Soon());
  EXPECT_THAT([&] { console.Command("vlan/print", AtOnce()); },
              ThrowsMessage<TimeoutError>(
                  "vde console: \"vlan/print\" got no answer within 30 ms"));
  EXPECT_THAT([&] { console.Command("vlan/print", Soon()); },
              ThrowsMessage<MachineError>(
                  HasSubstr("an earlier command got no answer")));
}

// The switch's end of a console, which has sent its prompt.
class SilentSwitch {
 public:
  SilentSwitch() {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
    ours_.Reset(pair[0]);
    theirs_.Reset(pair[1]);
    EXPECT_EQ(::write(ours_.get(), "vde$ ", 5), 5);
  }
  FileDescriptor TakeSocket() { return std::move(theirs_); }
  void WaitForACommand() const {
    char byte = 0;
    while (byte != '\n') ASSERT_EQ(::read(ours_.get(), &byte, 1), 1);
  }

 private:
  FileDescriptor ours_;
  FileDescriptor theirs_;
};

TEST(VdeConsole, WaitsForItsTurnByItsDeadline) {
  SilentSwitch silent;
  VdeConsole console(silent.TakeSocket(), "vde$ ", Soon());
  std::jthread slow([&] {
    EXPECT_THROW(console.Command("slow", Deadline::After(seconds(1))),
                 TimeoutError);
  });
  silent.WaitForACommand();
  EXPECT_THAT(
      [&] { console.Command("quick", AtOnce()); },
      ThrowsMessage<TimeoutError>(HasSubstr("\"quick\": another thread")));
}

TEST(VdeConsole, IsOfNoUseAfterACommandThatWasWrittenInPart) {
  SilentSwitch silent;
  VdeConsole console(silent.TakeSocket(), "vde$ ", Soon());
  const std::string command(std::size_t{8} << 20, 'x');
  EXPECT_THAT([&] { console.Command(command, AtOnce()); },
              ThrowsMessage<TimeoutError>(HasSubstr("could not be sent")));
  EXPECT_THAT([&] { console.Command("showinfo", Soon()); },
              ThrowsMessage<MachineError>(HasSubstr("only in part")));
}

TEST(VdeConsole, TellsWhenNoPromptComes) {
  ScriptedPeer peer({"say VDE switch", "hang"});
  EXPECT_THAT(
      [&] { VdeConsole(peer.TakeSocket(), "vde$ ", AtOnce()); },
      ThrowsMessage<TimeoutError>("vde console: no prompt came within 30 ms"));
}

}  // namespace
}  // namespace faultline
