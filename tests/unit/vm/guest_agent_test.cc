#include "faultline/vm/guest_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

// The guest's end of the port, answering each request as `answer` says.
class FakeGuest {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  explicit FakeGuest(Answer answer) : answer_(std::move(answer)) {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
    ours_.Reset(pair[0]);
    theirs_.Reset(pair[1]);
    thread_ = std::jthread([this] { Serve(); });
  }

  FileDescriptor TakeSocket() { return std::move(theirs_); }
  // All that was heard; once the other end is closed.
  std::string Heard() {
    thread_.join();
    return heard_;
  }

 private:
  void Serve() {
    std::array<char, 4096> buffer{};
    ssize_t got = 0;
    while ((got = ::read(ours_.get(), buffer.data(), buffer.size())) > 0) {
      const std::string request(buffer.data(), static_cast<std::size_t>(got));
      heard_ += request;
      const std::string answer = answer_(request);
      if (answer == "hang up") return ours_.Reset();
      if (answer.empty()) continue;
      EXPECT_GT(::write(ours_.get(), answer.data(), answer.size()), 0);
    }
  }

  Answer answer_;
  FileDescriptor ours_;
  FileDescriptor theirs_;
  std::string heard_;
  std::jthread thread_;
};

FakeGuest::Answer Always(const std::string& answer) {
  return [answer](const std::string&) { return answer; };
}

TEST(GuestAgent, HandsTheIdentityInWithItsLengths) {
  FakeGuest guest(Always("changed\n"));
  {
    GuestAgent agent("node1", guest.TakeSocket());
    agent.ChangeIdentity({{"hostname", "node1"}, {"host_key", "a\nb\n"}},
                         Deadline::After(5s));
  }
  EXPECT_EQ(
      guest.Heard(),
      "credential host_key 4\na\nb\ncredential hostname 5\nnode1change\n");
}

TEST(GuestAgent, PassesOnWhyTheGuestCouldNot) {
  FakeGuest guest(Always("failed credential faultline.hosts is missing\n"));
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_THAT(
      [&] { agent.ChangeIdentity({}, Deadline::After(5s)); },
      ThrowsMessage<MachineError>(
          AllOf(HasSubstr("node1"), HasSubstr("faultline.hosts is missing"))));
}

TEST(GuestAgent, ThatDoesNotAnswerIsATimeout) {
  FakeGuest guest(Always(""));
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_THAT([&] { agent.Hold(Deadline::After(30ms)); },
              ThrowsMessage<TimeoutError>(
                  HasSubstr("node1: the guest is readied for a checkpoint")));
}

TEST(GuestAgent, OfAQemuThatIsGoneSaysSo) {
  FakeGuest guest(Always("hang up"));
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_THAT([&] { agent.Hold(Deadline::After(5s)); },
              ThrowsMessage<MachineError>(HasSubstr("QEMU is gone")));
}

TEST(GuestAgent, OfAQemuThatIsGoneIsNoTimeout) {
  FakeGuest guest(Always("hang up"));
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_THROW(agent.Hold(Deadline::After(5s)), MachineError);
  // A request that cannot even be written.
  EXPECT_THAT([&] { agent.Hold(Deadline::After(5s)); },
              ThrowsMessage<MachineError>(HasSubstr("QEMU is gone")));
}

// Who waits for an answer keeps the others waiting, by their deadlines.
TEST(GuestAgent, WaitsForItsTurnByItsDeadline) {
  std::atomic<bool> asked = false;
  FakeGuest guest([&](const std::string& request) {
    asked = asked || request == "hold\n";
    return "";
  });
  GuestAgent agent("node1", guest.TakeSocket());
  std::jthread slow(
      [&] { EXPECT_THROW(agent.Hold(Deadline::After(1s)), TimeoutError); });
  while (!asked) std::this_thread::yield();
  const Deadline long_past = Deadline::After(500ms);
  EXPECT_THAT([&] { agent.StartUnit("a.service", Deadline::After(20ms)); },
              ThrowsMessage<TimeoutError>(
                  HasSubstr("node1: the guest starts a.service: another")));
  EXPECT_FALSE(long_past.Expired());
}

TEST(GuestAgent, IsOfNoUseAfterARequestThatWasWrittenInPart) {
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
  const FileDescriptor silent(pair[1]);  // takes nothing beyond its buffer
  GuestAgent agent("node1", FileDescriptor(pair[0]));
  const std::string text(std::size_t{8} << 20, 'x');
  EXPECT_THAT(
      [&] { agent.RenewState("a", "/a/b", text, Deadline::After(50ms)); },
      ThrowsMessage<TimeoutError>(HasSubstr("did not take the request")));
  // What follows would be read as the rest of that text.
  EXPECT_THAT([&] { agent.Hold(Deadline::After(50ms)); },
              ThrowsMessage<MachineError>(HasSubstr("only in part")));
}

TEST(GuestAgent, AnswerThatIsNoneOfItsIsAnError) {
  for (const char* answer : {"clock \n", "clock x\n", "clock 12x\n", "held\n",
                             "clock 99999999999999999999\n"}) {
    FakeGuest guest(Always(answer));
    GuestAgent agent("node1", guest.TakeSocket());
    EXPECT_THAT([&] { agent.SetClock(Deadline::After(5s)); },
                ThrowsMessage<MachineError>(
                    HasSubstr("node1: the guest tells its clock: its agent")))
        << answer;
  }
  FakeGuest guest(Always("clock 1\n"));
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_THROW(agent.Hold(Deadline::After(5s)), MachineError);
  EXPECT_THROW(agent.WaitForFile("/a", 5s, Deadline::After(5s)), MachineError);
}

std::int64_t HostNanoseconds() {
  return std::chrono::nanoseconds(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

TEST(GuestAgent, AdjustsTheClockByWhatItIsBehind) {
  constexpr std::int64_t kBehind = 3'000'000'000;
  std::int64_t adjustment = 0;
  FakeGuest guest([&](const std::string& request) -> std::string {
    if (request == "clock\n")
      return "clock " + std::to_string(HostNanoseconds() - kBehind) + "\n";
    adjustment = std::stoll(request.substr(sizeof "adjust"));
    return "adjusted\n";
  });
  {
    GuestAgent agent("node1", guest.TakeSocket());
    agent.SetClock(Deadline::After(5s));
  }
  guest.Heard();
  constexpr double kTolerance = 50'000'000;
  EXPECT_NEAR(static_cast<double>(adjustment), kBehind, kTolerance);
}

TEST(GuestAgent, RenewsTheStateOfAServiceWithTheLengthOfItsText) {
  FakeGuest guest(Always("renewed\n"));
  {
    GuestAgent agent("node1", guest.TakeSocket());
    agent.RenewState("a.service", "/var/lib/state/a/a.conf", "x\ny",
                     Deadline::After(5s));
  }
  EXPECT_EQ(guest.Heard(), "renew a.service /var/lib/state/a/a.conf 3\nx\ny");
}

TEST(GuestAgent, NamesTheUnitThatDoesNotStart) {
  FakeGuest guest(Always("failed a.service: Unit a.service not found.\n"));
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_THAT(
      [&] { agent.StartUnit("a.service", Deadline::After(5s)); },
      ThrowsMessage<MachineError>(HasSubstr(
          "node1: the guest starts a.service: it failed: a.service: Unit")));
}

TEST(GuestAgent, WaitsForAFileInSeveralLooks) {
  int looks = 0;
  FakeGuest guest([&](const std::string& request) {
    EXPECT_EQ(request, "await /run/a 500\n");
    return ++looks < 3 ? "missing\n" : "there\n";
  });
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_TRUE(agent.WaitForFile("/run/a", 5s, Deadline::After(5s)));
  EXPECT_EQ(looks, 3);
}

TEST(GuestAgent, OpensAGateOnceSomebodyIsThere) {
  int looks = 0;
  FakeGuest guest([&](const std::string& request) -> std::string {
    if (request == "gate /var/lib/state/a/a.conf\n") return "gated\n";
    EXPECT_EQ(request, "open /var/lib/state/a/a.conf 500\n");
    return ++looks < 2 ? "waiting\n" : "opened\n";
  });
  GuestAgent agent("node1", guest.TakeSocket());
  agent.PutGateBefore("/var/lib/state/a/a.conf", Deadline::After(5s));
  EXPECT_TRUE(
      agent.OpenGate("/var/lib/state/a/a.conf", 5s, Deadline::After(5s)));
  EXPECT_EQ(looks, 2);
}

TEST(GuestAgent, GivesUpAGateThatNobodyComesTo) {
  FakeGuest guest(Always("waiting\n"));
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_FALSE(agent.OpenGate("/a.conf", 30ms, Deadline::After(5s)));
}

TEST(GuestAgent, GivesUpAFileThatDoesNotCome) {
  FakeGuest guest(Always("missing\n"));
  GuestAgent agent("node1", guest.TakeSocket());
  EXPECT_FALSE(agent.WaitForFile("/run/a", 30ms, Deadline::After(5s)));
}

}  // namespace
}  // namespace faultline
