#include "unit/remote/with_sshd.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using SshRemoteCommands = WithSshd;

TEST_F(SshRemoteCommands, ReturnTheirExitCode) {
  SshRemote remote(Options());
  EXPECT_EQ(remote.Execute("true", Soon()).exit_code, 0);
  EXPECT_EQ(remote.Execute("exit 3", Soon()).exit_code, 3);
  EXPECT_EQ(remote.Execute("exit 255", Soon()).exit_code, 255);
  EXPECT_EQ(remote.Execute("no-such-program", Soon()).exit_code, 127);
}

TEST_F(SshRemoteCommands, ReturnBothStreamsApart) {
  SshRemote remote(Options());
  const CommandResult result =
      remote.Execute("echo out; echo err >&2; exit 7", Soon());
  EXPECT_EQ(result.standard_output, "out\n");
  EXPECT_EQ(result.standard_error, "err\n");
  EXPECT_EQ(result.exit_code, 7);
}

TEST_F(SshRemoteCommands, EndedBySignalsCountAs128PlusItsNumber) {
  SshRemote remote(Options());
  EXPECT_EQ(remote.Execute("kill -KILL $$", Soon()).exit_code, 137);
  EXPECT_EQ(remote.Execute("kill -TERM $$", Soon()).exit_code, 143);
  EXPECT_EQ(remote.Execute("kill -SEGV $$", Soon()).exit_code, 139);
  EXPECT_EQ(remote.Execute("true", Soon()).exit_code, 0);
}

TEST_F(SshRemoteCommands, GetAnEmptyStandardInput) {
  SshRemote remote(Options());
  EXPECT_EQ(remote.Execute("cat; echo done", Soon()).standard_output, "done\n");
}

TEST_F(SshRemoteCommands, ThatFillBothStreamsAtOnceDoNotDeadlock) {
  SshRemote remote(Options());
  const CommandResult result = remote.Execute(
      "head -c 1048576 /dev/zero | tr '\\0' e >&2 & "
      "head -c 1048576 /dev/zero | tr '\\0' o; wait",
      Soon());
  EXPECT_EQ(result.standard_output, std::string(1 << 20, 'o'));
  EXPECT_EQ(result.standard_error, std::string(1 << 20, 'e'));
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(SshRemoteCommands, ThatFillOneStreamFirstDoNotDeadlock) {
  SshRemote remote(Options());
  const CommandResult result = remote.Execute(
      "head -c 4194304 /dev/zero >&2; head -c 4194304 /dev/zero", Soon());
  EXPECT_THAT(result.standard_output, SizeIs(4 << 20));
  EXPECT_THAT(result.standard_error, SizeIs(4 << 20));
}

TEST_F(SshRemoteCommands, MayCloseTheirStreamsLongBeforeTheirEnd) {
  SshRemote remote(Options());
  const CommandResult result = remote.Execute(
      "echo bye; exec >/dev/null 2>&1 <&1; sleep 0.2; exit 5", Soon());
  EXPECT_EQ(result.standard_output, "bye\n");
  EXPECT_EQ(result.exit_code, 5);
}

TEST_F(SshRemoteCommands, KeepQuotesUnicodeAndNulBytesOfTheirOutput) {
  SshRemote remote(Options());
  const CommandResult result =
      remote.Execute("printf '%s\\0%s' \"it's 'ä' $((1+1))\" 雪", Soon());
  const std::string expected("it's 'ä' 2\0雪", 15);
  EXPECT_EQ(result.standard_output, expected);
}

TEST_F(SshRemoteCommands, WithANulByteAreRefused) {
  SshRemote remote(Options());
  EXPECT_THROW(remote.Execute(std::string("a\0b", 3), Soon()), UsageError);
}

TEST_F(SshRemoteCommands, ShareOneConnection) {
  SshRemote remote(Options());
  for (int i = 0; i < 20; ++i) remote.Execute("true", Soon());
  EXPECT_EQ(sshd_.connections(), 1);
}

TEST_F(SshRemoteCommands, ThatKillTheirConnectionAreACommandError) {
  SshRemote remote(Options());
  const std::string message = MessageOf<CommandError>(
      [&] { remote.Execute("kill -KILL $PPID; sleep 20", Soon()); });
  EXPECT_THAT(message, HasSubstr("node2: ssh: the connection broke during "
                                 "\"kill -KILL $PPID; sleep 20\": "));
  EXPECT_EQ(remote.Execute("true", Soon()).exit_code, 0);
}

}  // namespace
}  // namespace faultline
