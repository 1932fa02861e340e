#include "faultline/vm/qmp.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "faultline/base/error.h"
#include "support/scripted_peer.h"

namespace faultline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const char kGreeting[] = R"(say {"QMP": {"version": {}, "capabilities": []}})";
const char kReply[] = R"(say {"return": {}, "id": $ID})";

Deadline Soon() { return Deadline::After(seconds(5)); }
Deadline AtOnce() { return Deadline::After(milliseconds(30)); }

ScriptedPeer Recorded(const std::string& name) {
  return ScriptedPeer(ReadTranscript(FAULTLINE_FIXTURES "/qmp/" + name));
}

// A peer that has greeted and goes on with `steps`.
std::vector<std::string> Greeted(const std::vector<std::string>& steps) {
  std::vector<std::string> all = {kGreeting, "hear qmp_capabilities", kReply};
  all.insert(all.end(), steps.begin(), steps.end());
  return all;
}

TEST(Qmp, KeepsEventsThatComeBeforeTheReply) {
  ScriptedPeer peer = Recorded("stop_and_cont.txt");
  {
    Qmp qmp("node1", peer.TakeSocket(), Soon());
    qmp.Execute("stop", Soon());
    qmp.Execute("cont", Soon());
    const QmpEvent resumed = qmp.WaitForEvent("RESUME", Soon());
    const QmpEvent stopped = qmp.WaitForEvent("STOP", Soon());
    EXPECT_LE(stopped.at, resumed.at);
    EXPECT_EQ(stopped.data, "{}");
  }
  EXPECT_EQ(peer.Finish(), "");
}

TEST(Qmp, TakesEachEventOnce) {
  ScriptedPeer peer = Recorded("stop_and_cont.txt");
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  qmp.Execute("stop", Soon());
  qmp.WaitForEvent("STOP", Soon());
  EXPECT_THAT([&] { qmp.WaitForEvent("STOP", AtOnce()); },
              ThrowsMessage<TimeoutError>(HasSubstr("no event STOP came")));
}

TEST(Qmp, NamesTheClassAndTextOfAnError) {
  ScriptedPeer peer = Recorded("refused_command.txt");
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  EXPECT_THAT([&] { qmp.Execute("nonsense", Soon()); },
              ThrowsMessage<MachineError>(
                  "node1: qmp: \"nonsense\" was refused: CommandNotFound: The "
                  "command nonsense has not been found"));
}

TEST(Qmp, ReadsTheLastWordsOfAQemuThatHasGone) {
  ScriptedPeer peer = Recorded("quit.txt");
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  qmp.Execute("quit", Soon());
  EXPECT_THAT(qmp.WaitForEvent("SHUTDOWN", Soon()).data,
              HasSubstr("host-qmp-quit"));
  EXPECT_THAT([&] { qmp.Execute("stop", Soon()); },
              ThrowsMessage<MachineError>(
                  AllOf(HasSubstr("node1: qmp: "), HasSubstr("QEMU is gone"))));
}

TEST(Qmp, SaysWhichCommandGotNoAnswer) {
  ScriptedPeer peer(Greeted({"hear stop", "hang"}));
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  EXPECT_THAT([&] { qmp.Execute("stop", Deadline::After(milliseconds(50))); },
              ThrowsMessage<TimeoutError>(
                  "node1: qmp: \"stop\" got no answer within 50 ms"));
}

TEST(Qmp, DropsTheLateReplyOfACommandThatTimedOut) {
  ScriptedPeer peer(
      Greeted({"hear stop", "hear query-status",
               R"(say {"return": {"late": true}, "id": 2})",
               R"(say {"return": {"late": false}, "id": 3})", "hang"}));
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  EXPECT_THROW(qmp.Execute("stop", AtOnce()), TimeoutError);
  EXPECT_EQ(qmp.Execute("query-status", Soon()).at("late"), false);
}

TEST(Qmp, PutsPartialLinesTogether) {
  ScriptedPeer peer({R"(say-part {"QMP": {"ver|)", R"(say-part sion": {}}}|)",
                     "say ", "hear qmp_capabilities", kReply,
                     "hear human-monitor-command", R"(say-part {"return": "a|)",
                     R"(say-part \r\nb", "id": |)", "say $ID}", "hang"});
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  EXPECT_EQ(qmp.HumanMonitor("info usernet", Soon()), "a\r\nb");
}

TEST(Qmp, SendsArgumentsAndIgnoresFieldsItDoesNotKnow) {
  ScriptedPeer peer(Greeted(
      {R"(hear "arguments":{"id":"data","up":false})", R"(say {"news": 1})",
       R"(say {"return": {"x": 1}, "new": 2, "id": 2})", "hang"}));
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  EXPECT_EQ(
      qmp.Execute("set_link", {{"id", "data"}, {"up", false}}, Soon()).at("x"),
      1);
}

TEST(Qmp, TellsWhenQemuClosesBeforeItGreets) {
  ScriptedPeer peer(std::vector<std::string>{"close"});
  EXPECT_THAT([&] { Qmp("node1", peer.TakeSocket(), Soon()); },
              ThrowsMessage<MachineError>(
                  "node1: qmp: QEMU sent no greeting: QEMU is gone (its QMP "
                  "connection closed)"));
}

TEST(Qmp, TellsWhenNoGreetingComes) {
  ScriptedPeer peer(std::vector<std::string>{"hang"});
  EXPECT_THAT([&] { Qmp("node1", peer.TakeSocket(), AtOnce()); },
              ThrowsMessage<TimeoutError>(
                  "node1: qmp: QEMU sent no greeting within 30 ms"));
}

TEST(Qmp, RejectsWhatIsNotQmp) {
  ScriptedPeer peer({"say 220 mail ready", "hang"});
  EXPECT_THAT([&] { Qmp("node1", peer.TakeSocket(), Soon()); },
              ThrowsMessage<MachineError>(HasSubstr("220 mail ready")));
}

TEST(Qmp, LetsOneThreadCommandWhileAnotherWaitsForAnEvent) {
  ScriptedPeer peer(
      Greeted({"hear stop", kReply, R"(say {"event": "RESET"})", "hang"}));
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  std::string seen;
  std::thread waiter([&] { seen = qmp.WaitForEvent("RESET", Soon()).name; });
  qmp.Execute("stop", Soon());
  waiter.join();
  EXPECT_EQ(seen, "RESET");
}

TEST(Qmp, KeepsTheNewestEventsWhenThereAreTooMany) {
  std::string many = "say ";
  for (int i = 0; i < 10'500; ++i) many += "{\"event\": \"TICK\"}\r\n";
  ScriptedPeer peer(Greeted({R"(say {"event": "OLDEST"})", many,
                             R"(say {"event": "NEWEST"})", "hang"}));
  Qmp qmp("node1", peer.TakeSocket(), Soon());
  EXPECT_EQ(qmp.WaitForEvent("NEWEST", Soon()).name, "NEWEST");
  EXPECT_EQ(qmp.WaitForEvent("TICK", Soon()).name, "TICK");
  EXPECT_THROW(qmp.WaitForEvent("OLDEST", AtOnce()), TimeoutError);
}

}  // namespace
}  // namespace faultline
