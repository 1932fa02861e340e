#include "faultline/service/etcd_join.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/service/local_etcd.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

EtcdNewcomer NewcomerAt(LocalEtcd& etcd, int index) {
  return {.name = etcd.at(index).config.name,
          .peer_url = etcd.at(index).config.peer_url,
          .start =
              [&etcd, index](const EtcdInitialCluster& cluster, Deadline) {
                etcd.at(index).config.initial_cluster = cluster;
                etcd.at(index).config.existing = true;
                etcd.Start(index);
              },
          .status =
              [&etcd, index](Deadline deadline) {
                return etcd.admin(index)->Status(deadline);
              }};
}

TEST(EtcdJoin, ANewcomerEndsAsAVoterWithAllTheData) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  ASSERT_EQ(client->Put("x", "1", Within(5s)).outcome, Outcome::kOk);
  const int joining = etcd.Add();
  const auto through = etcd.admin(1);
  JoinAsLearner(NewcomerAt(etcd, joining), *through, Within(20s));
  const std::vector<EtcdPeer> members = through->Peers(Within(5s));
  ASSERT_THAT(members, SizeIs(2));
  for (const EtcdPeer& member : members) EXPECT_FALSE(member.is_learner);
  etcd.WaitForEqualRevisions();
  EXPECT_EQ(etcd.admin(joining)->ReadCommitLog(Within(5s)).commits,
            through->ReadCommitLog(Within(5s)).commits);
}

TEST(EtcdJoin, ANewcomerThatNeverAnswersNamesTheStepAtTheDeadline) {
  LocalEtcd etcd(1);
  const int joining = etcd.Add();
  EtcdNewcomer newcomer = NewcomerAt(etcd, joining);
  newcomer.start = [](const EtcdInitialCluster&, Deadline) {};
  try {
    JoinAsLearner(newcomer, *etcd.admin(1), Deadline::After(700ms));
    FAIL() << "joined without being started";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("node2: join through node1: wait until it answers"));
    EXPECT_THAT(error.what(), HasSubstr("no connection"));
  }
}

TEST(EtcdJoin, ALearnerStandsInTheListAndCanBeRemoved) {
  LocalEtcd etcd(1);
  const auto through = etcd.admin(1);
  const std::uint64_t id =
      through->AddLearner("http://127.0.0.1:1", Within(5s));
  const std::vector<EtcdPeer> members = through->Peers(Within(5s));
  ASSERT_THAT(members, SizeIs(2));
  for (const EtcdPeer& member : members) {
    EXPECT_EQ(member.is_learner, member.id == id);
    EXPECT_EQ(member.name.empty(), member.id == id);
  }
  RemoveEtcdMember(id, *through, Within(10s));
  EXPECT_THAT(through->Peers(Within(5s)), SizeIs(1));
}

TEST(EtcdJoin, ALearnerSaysSoAndJoinEndsWhenItKnowsOfItsPromotion) {
  LocalEtcd etcd(1);
  const int joining = etcd.Add();
  EtcdNewcomer newcomer = NewcomerAt(etcd, joining);
  std::vector<MemberStatus> seen;
  newcomer.status = [&](Deadline deadline) {
    seen.push_back(etcd.admin(joining)->Status(deadline));
    return seen.back();
  };
  JoinAsLearner(newcomer, *etcd.admin(1), Within(20s));
  ASSERT_THAT(seen, SizeIs(testing::Ge(2u)));
  EXPECT_EQ(seen.front().leader, "node1");
  EXPECT_FALSE(seen.front().is_leader);
  EXPECT_TRUE(seen.front().is_learner);
  EXPECT_FALSE(seen.back().is_learner);
}

TEST(EtcdJoin, AStartedMemberCannotJoinAgain) {
  LocalEtcd etcd(1);
  const EtcdNewcomer again = NewcomerAt(etcd, 1);
  EXPECT_THROW(JoinAsLearner(again, *etcd.admin(1), Within(5s)), UsageError);
}

}  // namespace
}  // namespace faultline
