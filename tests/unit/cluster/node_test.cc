#include "faultline/cluster/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <future>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "support/fake_qemu.h"
#include "support/fake_remote.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

Deadline Soon() { return Deadline::After(10s); }

// A node whose machine is a fake QEMU and whose guest answers from a script.
struct Rig {
  explicit Rig(const std::string& on_start = "") : qemu(on_start) {}

  std::unique_ptr<Machine> MakeMachine() {
    MachineOptions options;
    options.name = "node2";
    options.directory = scratch.path();
    return std::make_unique<Machine>(warden, options);
  }

  ScratchDirectory scratch;
  FakeQemu qemu;
  Warden warden;
  FakeRemote* remote = new FakeRemote;  // the node's
  Node node{{.name = "node2", .index = 2, .data_address = "192.0.2.2"},
            MakeMachine(),
            std::unique_ptr<Remote>(remote)};
};

constexpr char kReady[] = "echo 'faultline-guest: ready' >>\"$console\"\n";

CommandResult Unreachable() {
  throw CommandError("node2: ssh: cannot connect to 127.0.0.1:40022: why");
}

TEST(Node, KnowsItsIdentity) {
  Rig rig;
  EXPECT_EQ(rig.node.name(), "node2");
  EXPECT_EQ(rig.node.index(), 2);
  EXPECT_EQ(rig.node.data_address(), "192.0.2.2");
  EXPECT_FALSE(rig.node.Running());
}

TEST(Node, TakesAnyExitCodeOfExecuteForAnAnswer) {
  Rig rig;
  rig.remote->Answer("false", 1, "", "no\n");
  const CommandResult result = rig.node.Execute("false", Soon());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.standard_error, "no\n");
}

TEST(Node, ReturnsTheOutputOfCommandsThatEndAsWanted) {
  Rig rig;
  rig.remote->Answer("hostname", 0, "node2\n");
  rig.remote->Answer("false", 1, "no\n");
  EXPECT_EQ(rig.node.Succeed("hostname", Soon()), "node2\n");
  EXPECT_EQ(rig.node.Fail("false", Soon()), "no\n");
}

TEST(Node, QuotesACommandThatHadToSucceed) {
  Rig rig;
  rig.remote->Answer("systemctl start x", 3, "ignored",
                     "a\nb\nc\nUnit x not found.\n");
  EXPECT_THAT(
      [&] { rig.node.Succeed("systemctl start x", Soon()); },
      ThrowsMessage<CommandError>("node2: \"systemctl start x\" exited with 3 "
                                  "(wanted 0): b | c | Unit x not found."));
}

TEST(Node, QuotesACommandThatHadToFail) {
  Rig rig;
  rig.remote->Answer("true", 0);
  rig.remote->Answer("ping x", 0, "1 received\n");
  EXPECT_THAT([&] { rig.node.Fail("true", Soon()); },
              ThrowsMessage<CommandError>(
                  "node2: \"true\" exited with 0 (wanted not 0): no output"));
  EXPECT_THAT([&] { rig.node.Fail("ping x", Soon()); },
              ThrowsMessage<CommandError>(HasSubstr("not 0): 1 received")));
}

TEST(Node, ShortensLongCommandsInMessages) {
  Rig rig;
  const std::string command(1000, 'x');
  rig.remote->Answer(command, 1);
  EXPECT_THAT([&] { rig.node.Succeed(command, Soon()); },
              ThrowsMessage<CommandError>(HasSubstr("xxx...\" exited with 1")));
}

TEST(Node, UploadsThroughItsRemote) {
  Rig rig;
  rig.node.Upload("text", "/etc/x", 0640, Soon());
  EXPECT_EQ(rig.remote->files().at("/etc/x").contents, "text");
  EXPECT_EQ(rig.remote->files().at("/etc/x").mode, 0640);
}

TEST(Node, HasStartedOnceTheGuestIsReadyAndAnswers) {
  Rig rig(kReady);
  rig.remote->AnswerWith("true", Unreachable);
  rig.remote->Answer("true", 1);
  rig.remote->Answer("true", 0);
  rig.node.Start(Soon());
  EXPECT_TRUE(rig.node.Running());
  EXPECT_EQ(rig.node.HostPort(22), 40022);
  EXPECT_THAT(rig.remote->commands(), ElementsAre("true", "true", "true"));
  EXPECT_EQ(rig.remote->disconnects(), 1);
}

TEST(Node, HasNotStartedUnlessTheConsoleSaysSo) {
  Rig rig;
  rig.remote->Answer("true", 0);
  EXPECT_THAT([&] { rig.node.Start(Deadline::After(1s)); },
              ThrowsMessage<TimeoutError>(AllOf(
                  HasSubstr("node2"), HasSubstr("faultline-guest: ready"))));
  EXPECT_THAT(rig.remote->commands(), ElementsAre());
}

TEST(Node, SaysWhyAGuestThatIsReadyDidNotAnswer) {
  Rig rig(kReady);
  rig.remote->AnswerWith("true", Unreachable);
  EXPECT_THAT([&] { rig.node.Start(Deadline::After(1s)); },
              ThrowsMessage<TimeoutError>(
                  AllOf(HasSubstr("node2: answers over SSH"),
                        HasSubstr("cannot connect to 127.0.0.1:40022: why"))));
}

TEST(Node, PassesOnAWrongHostKeyAtOnce) {
  Rig rig(kReady);
  rig.remote->AnswerWith("true", []() -> CommandResult {
    throw MachineError("node2: ssh: wrong host key");
  });
  EXPECT_THROW(rig.node.Start(Soon()), MachineError);
  EXPECT_THAT(rig.remote->commands(), ElementsAre("true"));
}

TEST(Node, IsOffAndDisconnectedAfterAPowerCut) {
  Rig rig(kReady);
  rig.remote->Answer("true", 0);
  rig.node.Start(Soon());
  const int before = rig.remote->disconnects();
  rig.node.PowerCut();
  EXPECT_FALSE(rig.node.Running());
  EXPECT_EQ(rig.remote->disconnects(), before + 1);
  rig.node.PowerCut();  // no effect
  rig.node.Start(Soon());
  EXPECT_TRUE(rig.node.Running());
}

TEST(Node, IsRebootedOnceTheGuestIsReadyAgain) {
  Rig rig(kReady);
  rig.remote->Answer("true", 0);
  rig.node.Start(Soon());
  Machine& machine = rig.node.machine();
  const pid_t pid = machine.pid();
  auto reboot =
      std::async(std::launch::async, [&] { rig.node.Reboot(Soon()); });
  Eventually(Soon(), "the reset",
             [&] { return machine.ConsoleTail().empty(); });
  EXPECT_THAT(rig.remote->commands(), ElementsAre("true"));
  std::ofstream(ConsolePath(machine.options()), std::ios::app)
      << "faultline-guest: ready\n";
  reboot.get();
  EXPECT_EQ(machine.pid(), pid);
  EXPECT_THAT(rig.remote->commands(), ElementsAre("true", "true"));
  EXPECT_EQ(rig.remote->disconnects(), 2);
}

TEST(Node, IsNotRebootedWhileTheGuestIsNotReadyAgain) {
  Rig rig(kReady);
  rig.remote->Answer("true", 0);
  rig.node.Start(Soon());
  EXPECT_THROW(rig.node.Reboot(Deadline::After(1s)), TimeoutError);
}

// The guest powers off, and takes the connection down with it.
struct PoweringOff {
  Rig& rig;
  CommandResult operator()() const {
    rig.node.machine().ShutDown(Soon());
    throw CommandError("node2: ssh: the connection broke");
  }
};

TEST(Node, IsShutDownOnceItsMachineHasEnded) {
  Rig rig(kReady);
  rig.remote->Answer("true", 0);
  rig.remote->AnswerWith("systemctl poweroff", PoweringOff{rig});
  rig.node.Start(Soon());
  rig.node.ShutDown(Soon());
  EXPECT_FALSE(rig.node.Running());
  EXPECT_THAT(rig.remote->commands(), Contains("systemctl poweroff"));
}

TEST(Node, SaysWhatTheGuestAnsweredIfItDoesNotShutDown) {
  Rig rig(kReady);
  rig.remote->Answer("true", 0);
  rig.remote->Answer("systemctl poweroff", 1, "", "Access denied\n");
  rig.remote->AnswerWith("systemctl poweroff", Unreachable);
  rig.node.Start(Soon());
  EXPECT_THAT([&] { rig.node.ShutDown(Soon()); },
              ThrowsMessage<CommandError>(
                  HasSubstr("exited with 1 (wanted 0): Access denied")));
  EXPECT_THAT([&] { rig.node.ShutDown(Deadline::After(500ms)); },
              ThrowsMessage<TimeoutError>(
                  AllOf(HasSubstr("node2: the guest powers off"),
                        HasSubstr("cannot connect"))));
}

}  // namespace
}  // namespace faultline
