#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <future>

#include "faultline/base/eventually.h"
#include "unit/remote/with_sshd.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

class SshRemoteDeadline : public WithSshd {
 protected:
  // Checks that `call` throws TimeoutError when 500 ms are over, and returns
  // its message.
  template <typename Call>
  static std::string TimesOut(Call call) {
    const TimePoint start = std::chrono::steady_clock::now();
    const std::string message =
        MessageOf<TimeoutError>([&] { call(Deadline::After(500ms)); });
    const Duration elapsed = std::chrono::steady_clock::now() - start;
    EXPECT_THAT(elapsed, AllOf(Ge(500ms), Le(3s))) << message;
    return message;
  }
  std::string ExecuteTimesOut(SshRemote& remote, const std::string& command) {
    return TimesOut(
        [&](Deadline deadline) { remote.Execute(command, deadline); });
  }
};

TEST_F(SshRemoteDeadline, EndsACommandThatDoesNotEnd) {
  SshRemote remote(Options());
  EXPECT_EQ(ExecuteTimesOut(remote, "exec sleep 20"),
            "node2: ssh: \"exec sleep 20\" got no answer within 500 ms (last "
            "seen: running, no output yet)");
}

TEST_F(SshRemoteDeadline, ShowsWhatTheCommandSaidLast) {
  SshRemote remote(Options());
  EXPECT_THAT(ExecuteTimesOut(remote, "echo a; echo b; exec sleep 20"),
              HasSubstr("(last seen: running, last output: b)"));
}

TEST_F(SshRemoteDeadline, EndsACommandThatNeverStopsPrinting) {
  SshRemote remote(Options());
  ExecuteTimesOut(remote, "exec yes");
  EXPECT_EQ(remote.Execute("true", Soon()).exit_code, 0);
}

TEST_F(SshRemoteDeadline, EndsADownloadThatNeverBegins) {
  SshRemote remote(Options());
  ASSERT_EQ(remote.Execute("mkfifo " + Path("pipe"), Soon()).exit_code, 0);
  TimesOut([&](Deadline deadline) { remote.Download(Path("pipe"), deadline); });
}

TEST_F(SshRemoteDeadline, HoldsAgainstAFrozenServerAndTheNextCallWorks) {
  SshRemote remote(Options());
  remote.Execute("true", Soon());
  sshd_.Freeze();
  EXPECT_THAT(ExecuteTimesOut(remote, "true"), HasSubstr("opening a channel"));
  EXPECT_THAT(ExecuteTimesOut(remote, "true"), HasSubstr("exchanging keys"));
  sshd_.Thaw();
  EXPECT_EQ(remote.Execute("echo back", Soon()).standard_output, "back\n");
}

TEST_F(SshRemoteDeadline, HoldsAgainstAServerThatFreezesDuringTheCommand) {
  SshRemote remote(Options());
  const std::string mark = Path("mark");
  auto call = std::async(std::launch::async, [&] {
    return TimesOut([&](Deadline deadline) {
      remote.Execute("touch " + mark + "; exec cat /dev/zero", deadline);
    });
  });
  Eventually(Soon(), "the command runs",
             [&] { return std::filesystem::exists(mark); });
  sshd_.Freeze();
  EXPECT_THAT(call.get(), HasSubstr("got no answer within 500 ms"));
  sshd_.Thaw();
  EXPECT_EQ(remote.Execute("true", Soon()).exit_code, 0);
}

TEST_F(SshRemoteDeadline, HoldsAgainstAnUploadIntoAFrozenServer) {
  SshRemote remote(Options());
  remote.Execute("true", Soon());
  sshd_.Freeze();
  const std::string contents(5 << 20, 'x');
  EXPECT_THAT(TimesOut([&](Deadline deadline) {
                remote.Upload(contents, Path("f"), 0600, deadline);
              }),
              HasSubstr("node2: ssh: the upload of " + Path("f") +
                        " got no answer within 500 ms"));
  sshd_.Thaw();
}

TEST_F(SshRemoteDeadline, HoldsAgainstAListenerThatNeverSendsABanner) {
  const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.get(), generic, length), 0);
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  ASSERT_EQ(::getsockname(listener.get(), generic, &length), 0);
  SshOptions options = Options();
  options.port = [&] { return ntohs(address.sin_port); };
  SshRemote remote(options);
  EXPECT_EQ(ExecuteTimesOut(remote, "true"),
            fmt::format("node2: ssh: \"true\" got no answer within 500 ms "
                        "(last seen: exchanging keys with 127.0.0.1:{})",
                        ntohs(address.sin_port)));
}

TEST_F(SshRemoteDeadline, HoldsWhileAnEarlierCommandRuns) {
  SshRemote remote(Options());
  const std::string mark = Path("mark");
  auto earlier = std::async(std::launch::async, [&] {
    remote.Execute("touch " + mark + "; exec sleep 20", Soon());
  });
  Eventually(Soon(), "the earlier command runs",
             [&] { return std::filesystem::exists(mark); });
  EXPECT_THAT(ExecuteTimesOut(remote, "true"),
              HasSubstr("(last seen: waiting for an earlier command)"));
  remote.Disconnect();  // ends the earlier command at once
  EXPECT_THROW(earlier.get(), CommandError);
}

TEST_F(SshRemoteDeadline, ThatHasPassedIsATimeout) {
  SshRemote remote(Options());
  EXPECT_THROW(remote.Execute("true", Deadline::After(-1s)), TimeoutError);
}

}  // namespace
}  // namespace faultline
