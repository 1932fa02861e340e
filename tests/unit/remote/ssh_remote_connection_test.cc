#include <fmt/format.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>

#include "unit/remote/with_sshd.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using SshRemoteConnection = WithSshd;

std::ptrdiff_t OpenDescriptors() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

TEST_F(SshRemoteConnection, WithTheWrongHostKeyIsRefused) {
  SshOptions options = Options();
  options.host_public_key = GenerateSshKey("another").public_key;
  SshRemote remote(options);
  const std::string message =
      MessageOf<MachineError>([&] { remote.Execute("true", Soon()); });
  EXPECT_THAT(message,
              AllOf(StartsWith(fmt::format(
                        "node2: ssh: 127.0.0.1:{} has the wrong host key: ",
                        sshd_.port())),
                    HasSubstr(" instead of SHA256:")));
  EXPECT_EQ(sshd_.connections(), 1);
}

TEST_F(SshRemoteConnection, WithTheWrongUserKeyIsRefused) {
  SshOptions options = Options();
  options.private_key = GenerateSshKey("another").private_key;
  SshRemote remote(options);
  const std::string message =
      MessageOf<CommandError>([&] { remote.Execute("true", Soon()); });
  EXPECT_EQ(message,
            fmt::format("node2: ssh: cannot connect to 127.0.0.1:{}: it "
                        "refused the key given for {}",
                        sshd_.port(), options.user));
}

TEST_F(SshRemoteConnection, NeedsUsableKeysAndNeverPrintsThem) {
  SshOptions options = Options();
  options.private_key = "-----BEGIN GARBAGE-----";
  const std::string message = MessageOf<UsageError>(
      [&] { SshRemote(options).Execute("true", Soon()); });
  EXPECT_THAT(message, Not(HasSubstr("GARBAGE")));
  options = Options();
  options.host_public_key = "ssh-ed25519";
  EXPECT_THROW(SshRemote(options).Execute("true", Soon()), UsageError);
}

TEST_F(SshRemoteConnection, ToAClosedPortIsACommandError) {
  sshd_.Stop();
  SshRemote remote(Options());
  EXPECT_EQ(
      MessageOf<CommandError>([&] { remote.Execute("true", Soon()); }),
      fmt::format(
          "node2: ssh: cannot connect to 127.0.0.1:{}: Connection refused",
          sshd_.port()));
}

TEST_F(SshRemoteConnection, IsMadeAnewAfterARestartOnAnotherPort) {
  SshRemote remote(Options());
  EXPECT_EQ(remote.Execute("echo 1", Soon()).standard_output, "1\n");
  const int old_port = sshd_.port();
  sshd_.Stop();
  sshd_.Start();
  ASSERT_NE(sshd_.port(), old_port);
  EXPECT_EQ(remote.Execute("echo 2", Soon()).standard_output, "2\n");
  EXPECT_EQ(sshd_.connections(), 2);
}

TEST_F(SshRemoteConnection, IsMadeAnewAfterDisconnect) {
  SshRemote remote(Options());
  remote.Execute("true", Soon());
  remote.Disconnect();
  remote.Disconnect();
  remote.Execute("true", Soon());
  EXPECT_EQ(sshd_.connections(), 2);
}

TEST_F(SshRemoteConnection, LeavesNoDescriptorOpen) {
  SshRemote remote(Options());
  remote.Execute("true", Soon());
  remote.Disconnect();
  const std::ptrdiff_t before = OpenDescriptors();
  for (int i = 0; i < 5; ++i) {
    remote.Execute("true", Soon());
    remote.Disconnect();
  }
  sshd_.Stop();
  for (int i = 0; i < 5; ++i) {
    EXPECT_THROW(remote.Execute("true", Soon()), CommandError);
  }
  EXPECT_LE(OpenDescriptors(), before);
}

TEST_F(SshRemoteConnection, IgnoresTheUsersConfiguration) {
  const std::string folder = Path("home/.ssh");
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/config") << "Host *\n  Port 1\n  User nobody\n";
  ::setenv("HOME", Path("home").c_str(), 1);
  SshRemote remote(Options());
  EXPECT_EQ(remote.Execute("true", Soon()).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder + "/known_hosts"));
}

}  // namespace
}  // namespace faultline
