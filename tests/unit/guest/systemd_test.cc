#include "systemd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <string>
#include <thread>

#include "faultline/base/file_descriptor.h"
#include "support/scratch_directory.h"
#include "system.h"

namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// A D-Bus message with nothing but what every message has.
std::string Message(char type, const std::string& body) {
  std::string message = {'l', type, 0, 1};
  for (const std::size_t number : {body.size(), std::size_t{7}, std::size_t{0}})
    message += {static_cast<char>(number), 0, 0, 0};
  return message + body;
}

std::string Text(const std::string& text) {
  return std::string({static_cast<char>(text.size()), 0, 0, 0}) + text +
         std::string(1, '\0');
}

constexpr char kReturn = 2;
constexpr char kError = 3;
constexpr char kSignal = 4;

// Says `welcome` to whoever connects, and `answer` to what comes then.
class FakeSystemd {
 public:
  FakeSystemd(std::string welcome, std::string answer)
      : welcome_(std::move(welcome)), answer_(std::move(answer)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    listener_.Reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address),
               sizeof address) != 0 ||
        ::listen(listener_.get(), 1) != 0)
      ThrowErrno("fake systemd");
    thread_ = std::jthread([this] { Serve(); });
  }

  std::string path() const { return directory_.path() / "private"; }
  std::string Call() {
    thread_.join();
    return call_;
  }

 private:
  void Serve() {
    const faultline::FileDescriptor client(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    hello_ = Receive(client.get());
    Send(client.get(), welcome_);
    call_ = Receive(client.get());
    Send(client.get(), answer_);
  }
  static std::string Receive(int fd) {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), 0);
    return {bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }
  static void Send(int fd, const std::string& bytes) {
    ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  const faultline::ScratchDirectory directory_;
  const std::string welcome_;
  const std::string answer_;
  std::string hello_;
  std::string call_;
  faultline::FileDescriptor listener_;
  std::jthread thread_;
};

constexpr char kWelcome[] = "OK 0123456789abcdef0123456789abcdef\r\n";

TEST(GuestSystemd, IsAskedToStartTheUnit) {
  FakeSystemd systemd(kWelcome, Message(kReturn, ""));
  StartUnitOfSystemd("etcd.service", systemd.path());
  const std::string call = systemd.Call();
  EXPECT_THAT(call, HasSubstr("StartUnit"));
  EXPECT_TRUE(call.ends_with(Text("etcd.service") + std::string(3, '\0') +
                             Text("replace")))
      << testing::PrintToString(call);
}

// As the D-Bus specification has it: a length is that of the fields without
// what pads them, and the body begins at a multiple of eight.
TEST(GuestSystemd, IsAskedInWellFormedMessages) {
  FakeSystemd systemd(kWelcome, Message(kReturn, ""));
  StartUnitOfSystemd("a.service", systemd.path());
  const std::string call = systemd.Call();
  const auto body = static_cast<unsigned char>(call[4]);
  const auto fields = static_cast<unsigned char>(call[12]);
  EXPECT_EQ(call.size(), (16u + fields + 7) / 8 * 8 + body);
}

TEST(GuestSystemd, MayTellOfOtherThingsFirst) {
  FakeSystemd systemd(
      kWelcome, Message(kSignal, Text("a job is new")) + Message(kReturn, ""));
  EXPECT_NO_THROW(StartUnitOfSystemd("etcd.service", systemd.path()));
}

TEST(GuestSystemd, SaysWhyItDoesNot) {
  FakeSystemd systemd(kWelcome, Message(kError, Text("Unit not found.")));
  EXPECT_THAT([&] { StartUnitOfSystemd("etcd.service", systemd.path()); },
              ThrowsMessage<Failure>("etcd.service: Unit not found."));
}

TEST(GuestSystemd, ThatHangsUpIsAFailure) {
  FakeSystemd systemd(kWelcome, "");
  EXPECT_THAT([&] { StartUnitOfSystemd("etcd.service", systemd.path()); },
              ThrowsMessage<Failure>(HasSubstr("hung up")));
}

TEST(GuestSystemd, ThatRefusesRootIsAFailure) {
  FakeSystemd systemd("REJECTED EXTERNAL\r\n", "");
  EXPECT_THAT([&] { StartUnitOfSystemd("etcd.service", systemd.path()); },
              ThrowsMessage<Failure>(HasSubstr("REJECTED")));
}

TEST(GuestSystemd, ThatIsNotThereIsAFailure) {
  EXPECT_THAT([] { StartUnitOfSystemd("etcd.service", "/nonexistent"); },
              ThrowsMessage<Failure>(HasSubstr("/nonexistent")));
}

}  // namespace
