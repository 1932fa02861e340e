#include "faultline/evidence/evidence_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::SizeIs;
using testing::ThrowsMessage;

TEST(EvidenceFiles, ProbesAreReadInOrder) {
  const ScratchDirectory scratch;
  const auto probes = ReadProbes(
      scratch.Write("probes.jsonl",
                    "{\"due\":1,\"answered\":2,\"ok\":true}\n"
                    "{\"due\":3,\"answered\":0,\"ok\":false}\n{\"due\":"));
  ASSERT_THAT(probes, SizeIs(2));
  EXPECT_TRUE(probes[0].answered);
  EXPECT_EQ(probes[1].due_ns, 3);
}

TEST(EvidenceFiles, CommitLogIsNamedByItsFile) {
  const ScratchDirectory scratch;
  const CommitLog log = ReadCommitLog(
      scratch.Write("node2-commits.jsonl", "{\"revision\":2,\"key\":\"k\"}\n"));
  EXPECT_EQ(log.node, "node2");
  EXPECT_THAT(log.commits, ElementsAre(Commit{2, "k", std::nullopt}));
  EXPECT_THROW(ReadCommitLog(scratch.Write("other.jsonl", "")), UsageError);
}

TEST(EvidenceFiles, MalformedLineIsNamed) {
  const ScratchDirectory scratch;
  const auto trace = scratch.Write("trace.jsonl", "{\"time\":-1}\n");
  EXPECT_THAT(
      [&] { ReadRaftTrace(trace); },
      ThrowsMessage<UsageError>(EndsWith("trace.jsonl:1: lacks \"node\"")));
  const auto probes = scratch.Write("probes.jsonl", "{\"due\":1}\n");
  EXPECT_THAT([&] { ReadProbes(probes); },
              ThrowsMessage<UsageError>(
                  EndsWith("probes.jsonl:1: lacks \"ok\" (true or false)")));
}

TEST(EvidenceFiles, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  const ScratchDirectory scratch;
  const CommitLog log{"node1", {{2, "k\xff", "v\xfe"}}};
  const CommitLog read =
      ReadCommitLog(scratch.Write("node1-commits.jsonl", ToJsonLines(log)));
  EXPECT_THAT(read.commits,
              ElementsAre(Commit{2, "k\xef\xbf\xbd", "v\xef\xbf\xbd"}));
  const RaftTrace trace{{.node = "node\xff", .leader = "\xff"}};
  const RaftTrace seen =
      ReadRaftTrace(scratch.Write("trace.jsonl", ToJsonLines(trace)));
  EXPECT_EQ(seen.at(0).node, "node\xef\xbf\xbd");
}

TEST(EvidenceFiles, MissingFileIsNamedWithTheReason) {
  const ScratchDirectory scratch;
  EXPECT_THAT([&] { ReadProbes(scratch.path() / "none"); },
              ThrowsMessage<UsageError>(
                  EndsWith("none: cannot be read: No such file or directory")));
  EXPECT_THROW(ReadCommitLogs(scratch.path() / "none"), UsageError);
}

}  // namespace
}  // namespace faultline
