#include "faultline/service/etcd_admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/service/local_etcd.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

Deadline Soon() { return Within(5s); }

std::string MessageOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const CommandError& error) {
    return error.what();
  }
  return "no CommandError";
}

TEST(EtcdAdmin, AllMembersNameOneLeaderAndItsTerm) {
  LocalEtcd etcd(3);
  const int leader = etcd.WaitForLeader();
  ASSERT_EQ(etcd.client(leader)->Put("x", "1", Soon()).outcome, Outcome::kOk);
  etcd.WaitForEqualRevisions();
  const MemberStatus leading = etcd.Status(leader);
  for (int index = 1; index <= 3; ++index) {
    const MemberStatus status = etcd.Status(index);
    EXPECT_EQ(status.leader, etcd.at(leader).config.name);
    EXPECT_EQ(status.is_leader, index == leader);
    EXPECT_EQ(status.term, leading.term);
    EXPECT_EQ(status.revision, 2);
    EXPECT_GT(status.commit_index, 0u);
    EXPECT_FALSE(status.is_learner);
  }
}

TEST(EtcdAdmin, ListsMembersByNodeName) {
  LocalEtcd etcd(3);
  std::vector<std::string> nodes;
  for (const EtcdPeer& member : etcd.admin(2)->Peers(Soon())) {
    EXPECT_NE(member.id, 0u);
    EXPECT_FALSE(member.is_learner);
    nodes.push_back(member.name);
  }
  EXPECT_THAT(nodes, UnorderedElementsAre("node1", "node2", "node3"));
}

TEST(EtcdAdmin, AFollowerServesLocalReads) {
  LocalEtcd etcd(3);
  const int leader = etcd.WaitForLeader();
  const int follower = leader % 3 + 1;
  ASSERT_EQ(etcd.client(leader)->Put("x", "1", Soon()).outcome, Outcome::kOk);
  etcd.WaitForEqualRevisions();
  const StoreReply read =
      etcd.client(follower)->Get("x", ReadMode::kLocal, Soon());
  EXPECT_EQ(read.outcome, Outcome::kOk) << read.error;
  EXPECT_EQ(read.value, "1");
}

TEST(EtcdAdmin, TheLeaderHandsOverToTheMemberNamed) {
  LocalEtcd etcd(3);
  const int leader = etcd.WaitForLeader();
  const int next = leader % 3 + 1;
  const std::uint64_t term = etcd.Status(leader).term;
  for (const EtcdPeer& member : etcd.admin(leader)->Peers(Soon())) {
    if (member.name != etcd.at(next).config.name) continue;
    EXPECT_THAT(
        MessageOf([&] { etcd.admin(next)->MoveLeader(member.id, Soon()); }),
        HasSubstr("node" + std::to_string(next) + ": etcd: move leader"));
    etcd.admin(leader)->MoveLeader(member.id, Soon());
  }
  EXPECT_EQ(etcd.WaitForLeader(), next);
  EXPECT_EQ(etcd.Status(next).term, term + 1);
}

TEST(EtcdAdmin, AMemberThatDoesNotAnswerIsAnErrorThatNamesIt) {
  LocalEtcd etcd(1);
  const auto admin = etcd.admin(1);
  admin->Status(Soon());
  etcd.Pause(1);
  EXPECT_THAT(MessageOf([&] { admin->Status(Deadline::After(200ms)); }),
              ::testing::AllOf(HasSubstr("node1: etcd: status within"),
                               HasSubstr("DEADLINE_EXCEEDED")));
  etcd.at(1).child->Kill();
  EXPECT_THAT(MessageOf([&] { etcd.admin(1)->Status(Soon()); }),
              HasSubstr("no connection"));
}

TEST(EtcdAdmin, AMemberIsNamedOnlyOnceItHasSaidItsName) {
  EtcdMemberNames names;
  EXPECT_EQ(names.Find(7), "");
  names.Learn(7, "");
  EXPECT_EQ(names.Find(7), "");
  names.Learn(7, "node1");
  EXPECT_EQ(names.Find(7), "node1");
}

TEST(EtcdMemberId, IsHexadecimalTextAndBack) {
  EXPECT_EQ(EtcdMemberId(0xfd422379fda50e48), "fd422379fda50e48");
  EXPECT_EQ(ParseEtcdMemberId("fd422379fda50e48"), 0xfd422379fda50e48);
  for (const char* text : {"", "x", "12 ", "fd422379fda50e480"})
    EXPECT_THROW(ParseEtcdMemberId(text), UsageError) << text;
}

}  // namespace
}  // namespace faultline
