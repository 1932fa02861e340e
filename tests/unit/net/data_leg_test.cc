#include "faultline/net/data_leg.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <memory>
#include <thread>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/net/network.h"
#include "faultline/net/vde_switch.h"
#include "support/scratch_directory.h"
#include "support/stream_socket.h"

namespace faultline {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr char kPeer[] = "192.0.2.7";
constexpr int kPort = 8080;

Deadline Soon() { return Deadline::After(seconds(10)); }

// Says the same text to whoever connects to a UNIX socket.
class Greeter {
 public:
  Greeter(const std::filesystem::path& path, std::string text)
      : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        text_(std::move(text)) {
    const sockaddr_un address = UnixAddress(path);
    ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address),
           sizeof address);
    ::listen(listener_.get(), 16);
    thread_ = std::jthread([this] {
      while (true) {
        const FileDescriptor client(
            ::accept(listener_.get(), nullptr, nullptr));
        if (!client) return;
        (void)::send(client.get(), text_.data(), text_.size(), MSG_NOSIGNAL);
      }
    });
  }
  ~Greeter() { ::shutdown(listener_.get(), SHUT_RDWR); }

 private:
  FileDescriptor listener_;
  std::string text_;
  std::jthread thread_;
};

// What arrives within `milliseconds` and before the end; "silence" if nothing.
std::string Heard(const FileDescriptor& socket, int milliseconds) {
  pollfd ready{socket.get(), POLLIN, 0};
  if (::poll(&ready, 1, milliseconds) != 1) return "silence";
  std::array<char, 64> text{};
  const auto count = ::recv(socket.get(), text.data(), text.size(), 0);
  return count <= 0 ? "closed" : std::string(text.data(), count);
}

// The tester's leg, and another one as a host that greets, on a real switch.
class DataLegs : public testing::Test {
 protected:
  static constexpr int kLong = 8000;
  static constexpr int kShort = 400;

  DataLegs()
      : switch_(warden_, scratch_.path(), Soon()),
        network_(warden_, switch_, 2),
        greeter_(scratch_.path() / "greeter", "hello") {
    tester_ = Leg({.directory = Directory("leg")});
    peer_ = Leg({.directory = Directory("peer"),
                 .address = "192.0.2.200",
                 .switch_port = 1,
                 .name = "peer"});
    peer_->Offer(kPeer, kPort, scratch_.path() / "greeter");
  }

  std::filesystem::path Directory(const std::string& name) {
    const auto path = scratch_.path() / name;
    std::filesystem::create_directory(path);
    return path;
  }
  std::unique_ptr<DataLeg> Leg(const DataLeg::Options& options) {
    return std::make_unique<DataLeg>(warden_, switch_, options, Soon());
  }
  std::string Greeting(int milliseconds = kLong) {
    return Heard(ConnectToUnixSocket(tester_->SocketTo(kPeer, kPort)),
                 milliseconds);
  }

  ScratchDirectory scratch_;
  Warden warden_;
  VdeSwitch switch_;
  Network network_;
  Greeter greeter_;
  std::unique_ptr<DataLeg> tester_;
  std::unique_ptr<DataLeg> peer_;
};

TEST_F(DataLegs, ReachAnAddressOnTheDataNetwork) {
  EXPECT_EQ(Greeting(), "hello");
  EXPECT_EQ(Greeting(), "hello");
  const int port = tester_->PortTo(kPeer, kPort);
  EXPECT_EQ(Heard(ConnectToLoopback(port), kLong), "hello");
  EXPECT_EQ(tester_->PortTo(kPeer, kPort), port);
}

TEST_F(DataLegs, AreForTheirUserOnly) {
  struct stat status{};
  ASSERT_EQ(::stat(tester_->SocketTo(kPeer, kPort).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(DataLegs, CloseWhatTheOtherSideRefuses) {
  EXPECT_EQ(
      Heard(ConnectToUnixSocket(tester_->SocketTo("192.0.2.200", 1)), kLong),
      "closed");
}

TEST_F(DataLegs, AreSilentWhileTheyAreCutOff) {
  ASSERT_EQ(Greeting(), "hello");
  network_.Isolate(Network::kTester);
  EXPECT_FALSE(network_.Joined(Network::kTester, 1));
  EXPECT_EQ(Greeting(kShort), "silence");
  network_.HealAll();
  EXPECT_TRUE(network_.Joined(Network::kTester, 1));
  EXPECT_EQ(Greeting(), "hello");
}

TEST_F(DataLegs, GoWithTheirGroup) {
  network_.Partition({{Network::kTester, 2}, {1}});
  EXPECT_EQ(Greeting(kShort), "silence");
  network_.Partition({{2}});
  EXPECT_EQ(Greeting(), "hello");
}

TEST_F(DataLegs, HaveACableLikeANode) {
  network_.InsertCable(Network::kTester, {.loss_percent = 100});
  EXPECT_EQ(Greeting(kShort), "silence");
  network_.RemoveCable(Network::kTester);
  EXPECT_EQ(Greeting(), "hello");
}

TEST_F(DataLegs, FollowAnAddressThatMovesWithoutAWord) {
  ASSERT_EQ(Greeting(), "hello");
  peer_.reset();
  const Greeter other_greeter(scratch_.path() / "other", "I have it now");
  const auto other = Leg({.directory = Directory("other-leg"),
                          .address = "192.0.2.201",
                          .switch_port = 2,
                          .name = "other"});
  other->Offer(kPeer, kPort, scratch_.path() / "other");
  Eventually(Soon(), "the other host greets", [&](LastSeen& seen) {
    const std::string heard = Greeting(kShort);
    seen.Set(heard);
    return heard == "I have it now";
  });
}

TEST_F(DataLegs, LetNobodyIntoThisHost) {
  // A listener of this host, which the peer tries to reach by the tester.
  const FileDescriptor listener(
      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::listen(listener.get(), 1);
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length);
  const auto heard = Heard(ConnectToUnixSocket(peer_->SocketTo(
                               tester_->address(), ntohs(address.sin_port))),
                           kShort);
  EXPECT_THAT(heard, testing::AnyOf("closed", "silence"));
  pollfd waiting{listener.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 0), 0);
}

TEST_F(DataLegs, RefuseWhatIsNotOnTheDataNetwork) {
  for (const char* address :
       {"10.0.2.2", "192.0.2.0", "192.0.2.255", "192.0.2.254", "192.0.2.7 80",
        "192.0.2.", "node1", ""})
    EXPECT_THAT([&] { tester_->SocketTo(address, kPort); },
                ThrowsMessage<UsageError>(
                    AllOf(HasSubstr("tester: "), HasSubstr(address))));
  for (const int port : {0, -1, 65536})
    EXPECT_THAT([&] { tester_->PortTo(kPeer, port); },
                ThrowsMessage<UsageError>(HasSubstr("is not a port")));
}

TEST_F(DataLegs, SayWhyTheyEnded) {
  EXPECT_EQ(tester_->Complaint(), "");
  // Its plug would be taken for that of the one which ends.
  tester_.reset();
  Eventually(Soon(), "the leg is unplugged",
             [&] { return !switch_.HasPlug(kTesterPort, Soon()); });
  EXPECT_THAT(
      [&] {
        DataLeg(warden_, switch_,
                {.directory = Directory("third"), .address = "nowhere"},
                Soon());
      },
      ThrowsMessage<MachineError>(AllOf(HasSubstr("tester: its leg ended"),
                                        HasSubstr("code 2: usage: "))));
}

}  // namespace
}  // namespace faultline
