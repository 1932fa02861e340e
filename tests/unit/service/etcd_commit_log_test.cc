#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/service/local_etcd.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Deadline Soon() { return Within(5s); }

std::string ErrorOfReading(EtcdAdmin& admin, Deadline deadline) {
  try {
    admin.ReadCommitLog(deadline);
  } catch (const CommandError& error) {
    return error.what();
  }
  return "no CommandError";
}

TEST(EtcdCommitLog, HoldsEveryWriteAndDeleteInOrder) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  client->Put("x", "1", Soon());
  client->Put("y", "2", Soon());
  client->Delete("x", Soon());
  client->Delete("x", Soon());  // nothing there: no revision
  client->CompareAndSet("y", "0", "3", Soon());
  client->CompareAndSet("y", "2", "4", Soon());
  const CommitLog log = etcd.admin(1)->ReadCommitLog(Soon());
  EXPECT_EQ(log.node, "node1");
  EXPECT_THAT(log.commits,
              ElementsAre(Commit{2, "x", "1"}, Commit{3, "y", "2"},
                          Commit{4, "x", std::nullopt}, Commit{5, "y", "4"}));
}

TEST(EtcdCommitLog, OfAnEmptyStoreIsEmpty) {
  LocalEtcd etcd(1);
  EXPECT_THAT(etcd.admin(1)->ReadCommitLog(Soon()).commits, SizeIs(0));
}

TEST(EtcdCommitLog, IsTheSameOnAllMembers) {
  LocalEtcd etcd(3);
  for (int i = 0; i < 30; ++i) {
    const std::string text = std::to_string(i);
    const auto client = etcd.client(i % 3 + 1);
    ASSERT_EQ(client->Put("x", text, Soon()).outcome, Outcome::kOk);
  }
  etcd.WaitForEqualRevisions();
  const CommitLog first = etcd.admin(1)->ReadCommitLog(Soon());
  EXPECT_THAT(first.commits, SizeIs(30));
  EXPECT_EQ(etcd.admin(2)->ReadCommitLog(Soon()).commits, first.commits);
  EXPECT_EQ(etcd.admin(3)->ReadCommitLog(Soon()).commits, first.commits);
}

TEST(EtcdCommitLog, ComesInPiecesWhenItIsLong) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  const std::string half_a_megabyte(std::size_t{512} * 1024, 'a');
  for (int i = 0; i < 12; ++i) {
    ASSERT_EQ(client->Put("x", half_a_megabyte, Soon()).outcome, Outcome::kOk);
  }
  const CommitLog log = etcd.admin(1)->ReadCommitLog(Soon());
  ASSERT_THAT(log.commits, SizeIs(12));
  EXPECT_EQ(log.commits.back().revision, 13);
}

TEST(EtcdCommitLog, OfACompactedStoreIsAnError) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  client->Put("x", "1", Soon());
  client->Put("x", "2", Soon());
  const auto admin = etcd.admin(1);
  admin->Compact(3, Soon());
  EXPECT_THAT(ErrorOfReading(*admin, Soon()),
              HasSubstr("node1: etcd: read the commit log: everything below "
                        "revision 3 is compacted away"));
}

TEST(EtcdCommitLog, OfAMemberThatStopsIsAnErrorAtTheDeadline) {
  LocalEtcd etcd(1);
  const auto admin = etcd.admin(1);
  etcd.client(1)->Put("x", "1", Soon());
  admin->Status(Soon());
  etcd.Pause(1);
  EXPECT_THAT(ErrorOfReading(*admin, Deadline::After(300ms)),
              HasSubstr("DEADLINE_EXCEEDED"));
}

}  // namespace
}  // namespace faultline
