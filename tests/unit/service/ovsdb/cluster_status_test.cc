#include "faultline/service/ovsdb/cluster_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/base/files.h"

namespace faultline {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

// Recorded from clusters of ovsdb-server 3.1.0.
std::string Recorded(const std::string& name) {
  return ReadFile(std::string(FAULTLINE_FIXTURES) + "/ovsdb/status/" + name);
}

OvsdbClusterStatus Parse(const std::string& name) {
  return ParseOvsdbClusterStatus(Recorded(name));
}

TEST(OvsdbClusterStatus, OfALeader) {
  const OvsdbClusterStatus status = Parse("leader");
  EXPECT_EQ(status.name, "faultline");
  EXPECT_EQ(status.cluster_id, "dbb5a912-ab24-427d-a92f-b61c8d3f3f9d");
  EXPECT_EQ(status.server_id, "b3f888ee-b2ca-4b6d-b37c-7d06faddf3d7");
  EXPECT_EQ(status.address, "tcp:127.0.0.1:16641");
  EXPECT_TRUE(status.IsMember());
  EXPECT_EQ(status.role, OvsdbRole::kLeader);
  EXPECT_EQ(status.term, 1u);
  EXPECT_EQ(status.leader, "self");
  EXPECT_EQ(status.vote, "self");
  EXPECT_EQ(status.last_election, "timeout");
  EXPECT_EQ(status.election_timer_ms, 1000);
  EXPECT_EQ(status.log_start, 2u);
  EXPECT_EQ(status.log_end, 7u);
  EXPECT_EQ(status.commit_index(), 6u);
  EXPECT_EQ(status.applied_index(), 6u);
  ASSERT_THAT(status.servers, SizeIs(3));
  ASSERT_NE(status.FindLeader(), nullptr);
  EXPECT_EQ(status.FindLeader()->id, "b3f8");
  EXPECT_TRUE(status.servers[1].self);
  EXPECT_EQ(status.servers[0].id, "92c3");
  EXPECT_EQ(status.servers[0].address, "tcp:127.0.0.1:16642");
  EXPECT_EQ(status.servers[0].next_index, 7u);
  EXPECT_EQ(status.servers[0].match_index, 6u);
  EXPECT_TRUE(status.servers[0].last_message_ms);
}

TEST(OvsdbClusterStatus, OfAFollower) {
  const OvsdbClusterStatus status = Parse("follower");
  EXPECT_EQ(status.role, OvsdbRole::kFollower);
  EXPECT_EQ(status.leader, "b3f8");
  EXPECT_EQ(status.vote, "");
  EXPECT_EQ(status.last_election, "");
  ASSERT_NE(status.FindLeader(), nullptr);
  EXPECT_EQ(status.FindLeader()->address, "tcp:127.0.0.1:16641");
  ASSERT_THAT(status.connections, SizeIs(4));
  EXPECT_TRUE(status.connections[0].up);
  EXPECT_FALSE(status.connections[0].incoming);
  EXPECT_EQ(status.connections[0].peer, "0000");
  EXPECT_TRUE(status.connections[2].incoming);
}

TEST(OvsdbClusterStatus, OfALeaderThatLostAFollower) {
  const OvsdbClusterStatus status = Parse("leader_one_follower_gone");
  EXPECT_EQ(status.election_timer_ms, 1500);
  EXPECT_EQ(status.disconnections, 1);
  ASSERT_THAT(status.connections, SizeIs(3));
  EXPECT_FALSE(status.connections[0].up);
  EXPECT_EQ(status.connections[0].peer, "6896");
}

TEST(OvsdbClusterStatus, OfACandidate) {
  const OvsdbClusterStatus status = Parse("candidate");
  EXPECT_EQ(status.role, OvsdbRole::kCandidate);
  EXPECT_EQ(status.leader, "");
  EXPECT_EQ(status.FindLeader(), nullptr);
  EXPECT_EQ(status.servers[0].voted_for, "92c3");
  EXPECT_TRUE(status.servers[0].self);
}

TEST(OvsdbClusterStatus, OfOneWithoutAMajority) {
  const OvsdbClusterStatus status = Parse("disconnected");
  EXPECT_EQ(status.status, "disconnected from the cluster (election timeout)");
  EXPECT_FALSE(status.IsMember());
}

TEST(OvsdbClusterStatus, OfANewcomer) {
  const OvsdbClusterStatus status = Parse("joining");
  EXPECT_EQ(status.status, "joining cluster");
  EXPECT_EQ(status.cluster_id, "");
  EXPECT_EQ(status.term, 0u);
  EXPECT_EQ(status.log_end, 1u);
  EXPECT_EQ(status.commit_index(), 0u);
  EXPECT_THAT(status.servers, SizeIs(0));
}

TEST(OvsdbClusterStatus, NamesWhatIsMissingOrMalformed) {
  const auto without = [](const std::string& text, const std::string& by) {
    std::string changed = Recorded("leader");
    changed.replace(changed.find(text), text.size(), by);
    return [changed] { ParseOvsdbClusterStatus(changed); };
  };
  EXPECT_THAT(without("Term: 1", ""),
              ThrowsMessage<Error>(HasSubstr("no \"Term:\"")));
  EXPECT_THAT(without("Term: 1", "Term: many"),
              ThrowsMessage<Error>(HasSubstr("\"Term: many\"")));
  EXPECT_THAT(without("Role: leader", "Role: king"),
              ThrowsMessage<Error>(HasSubstr("\"Role: king\"")));
  EXPECT_THAT(without("Log: [2, 7]", "Log: all"),
              ThrowsMessage<Error>(HasSubstr("\"Log: all\"")));
  EXPECT_THAT(without("(92c3 at ", "(92c3 of "),
              ThrowsMessage<Error>(HasSubstr("92c3 of")));
  EXPECT_THAT([] { ParseOvsdbClusterStatus("unknown cluster"); },
              ThrowsMessage<Error>(HasSubstr("no \"Cluster ID:\"")));
}

}  // namespace
}  // namespace faultline
