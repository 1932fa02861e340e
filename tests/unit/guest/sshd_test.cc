#include "sshd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "faultline/base/eventually.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/base/program_path.h"
#include "faultline/base/warden.h"
#include "faultline/remote/ssh_key.h"
#include "support/scratch_directory.h"
#include "system.h"

namespace {

using faultline::Deadline;
using testing::HasSubstr;

Deadline Soon() { return Deadline::After(std::chrono::seconds(20)); }

int FreePort() {
  const faultline::FileDescriptor any(
      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(any.get(), generic, length) != 0 ||
      ::getsockname(any.get(), generic, &length) != 0)
    ThrowErrno("loopback");
  return ntohs(address.sin_port);
}

// The agent's hold on a real OpenSSH server.
class GuestSshd : public testing::Test {
 protected:
  void Start(bool gate) {
    if (gate && ::mkfifo(paths_.gate.c_str(), 0600) != 0) ThrowErrno("gate");
    if (::geteuid() == 0) std::filesystem::create_directories("/run/sshd");
    const auto found = faultline::FindProgram("sshd");
    const std::filesystem::path program =
        found ? *found : faultline::RequireProgram("/usr/sbin/sshd");
    server_ = warden_.Spawn({.name = "sshd",
                             .argv = {program, "-D", "-e", "-f", Configure()},
                             .output = directory_.path() / "log"});
  }

  // Writes a new host key, returns its public half.
  std::string NewKey() {
    const faultline::SshKeyPair key = faultline::GenerateSshKey("");
    WriteFile(directory_.path() / "host_key", key.private_key, 0600);
    return key.public_key.substr(0, key.public_key.find(' ', 12));
  }

  // It passes when what is returned is closed.
  faultline::FileDescriptor AwaitItAtTheGate() {
    return faultline::Eventually(Soon(), "sshd is at the gate", [&] {
      faultline::FileDescriptor gate(
          ::open(paths_.gate.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
      return gate ? std::optional(std::move(gate)) : std::nullopt;
    });
  }

  bool Listens() const { return std::filesystem::exists(paths_.pid_file); }
  void WaitUntilItListens() {
    faultline::Eventually(Soon(), "sshd listens", [&](faultline::LastSeen& l) {
      l.Set(ReadFile(directory_.path() / "log"));
      return Listens();
    });
  }

  // What a client is shown.
  std::string ShownKey() {
    return warden_
        .Run({"ssh-keyscan", "-t", "ed25519", "-p", std::to_string(port_),
              "127.0.0.1"},
             Soon())
        .standard_output;
  }

  faultline::ScratchDirectory directory_;
  const SshdPaths paths_{.gate = directory_.path() / "gate",
                         .pid_file = directory_.path() / "pid"};
  Sshd sshd_{paths_};

 private:
  std::string Configure() {
    return directory_.Write(
        "config", "Include " + paths_.gate + "\nPidFile " + paths_.pid_file +
                      "\nHostKey " + (directory_.path() / "host_key").string() +
                      "\nListenAddress 127.0.0.1:" + std::to_string(port_) +
                      "\nUsePAM no\n");
  }

  const int port_ = FreePort();
  faultline::Warden warden_;
  std::unique_ptr<faultline::ChildProcess> server_;
};

TEST_F(GuestSshd, ReadsItsKeysOnlyPastTheGate) {
  Start(true);
  faultline::FileDescriptor gate = AwaitItAtTheGate();
  EXPECT_FALSE(Listens());
  const std::string key = NewKey();
  gate.Reset();
  WaitUntilItListens();
  EXPECT_THAT(ShownKey(), HasSubstr(key));
}

TEST_F(GuestSshd, IsHeldUntilItIsReleasedWithOtherKeys) {
  Start(true);
  NewKey();
  sshd_.LetStart();
  WaitUntilItListens();

  sshd_.Hold();
  EXPECT_FALSE(Listens());
  EXPECT_EQ(ShownKey(), "");
  const std::string key = NewKey();
  sshd_.Release();
  EXPECT_THAT(ShownKey(), HasSubstr(key));
}

TEST_F(GuestSshd, CanBeHeldAgainAfterItsRelease) {
  Start(true);
  NewKey();
  sshd_.LetStart();
  WaitUntilItListens();
  sshd_.Hold();
  sshd_.Release();

  sshd_.Hold();
  EXPECT_FALSE(Listens());
  const std::string key = NewKey();
  sshd_.Release();
  EXPECT_THAT(ShownKey(), HasSubstr(key));
}

TEST_F(GuestSshd, PassesTheGateWheneverItStartsAfterItsRelease) {
  Start(true);
  NewKey();
  sshd_.LetStart();
  WaitUntilItListens();
  sshd_.Hold();
  sshd_.Release();
  // sshd makes the file before it writes it.
  std::string number;
  Eventually(Deadline::After(std::chrono::seconds(20)), "sshd's number", [&] {
    number = ReadFile(paths_.pid_file);
    return number.ends_with('\n');
  });
  const int pid = std::stoi(number);

  std::filesystem::remove(paths_.pid_file);
  ASSERT_EQ(::kill(pid, SIGHUP), 0);
  WaitUntilItListens();
}

TEST_F(GuestSshd, WithoutAGateItRestartsForOtherKeys) {
  const std::string first = NewKey();
  Start(false);
  sshd_.LetStart();
  WaitUntilItListens();

  sshd_.Hold();
  EXPECT_THAT(ShownKey(), HasSubstr(first));
  const std::string second = NewKey();
  sshd_.Release();
  EXPECT_THAT(ShownKey(), HasSubstr(second));
}

TEST_F(GuestSshd, ThatDoesNotRunCannotBeHeld) {
  ASSERT_EQ(::mkfifo(paths_.gate.c_str(), 0600), 0);
  EXPECT_THROW(sshd_.Hold(), Failure);
}

TEST_F(GuestSshd, ThatWasNotHeldCannotBeReleased) {
  ASSERT_EQ(::mkfifo(paths_.gate.c_str(), 0600), 0);
  EXPECT_THROW(sshd_.Release(), Failure);
}

}  // namespace
