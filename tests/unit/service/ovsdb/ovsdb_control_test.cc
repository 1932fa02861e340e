#include "faultline/service/ovsdb/ovsdb_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/service/ovsdb/local_ovsdb.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

Deadline Soon() { return Within(5s); }

TEST(OvsdbControl, ChangesTheElectionTimerThroughTheLeaderOnly) {
  LocalOvsdb ovsdb(3);
  const int leader = ovsdb.WaitForLeader();
  EXPECT_EQ(ovsdb.Status(leader).election_timer_ms, 500);
  ovsdb.control(leader).ChangeElectionTimer(900, Soon());
  Eventually(Soon(), "all have the new timer", [&] {
    for (int member = 1; member <= 3; ++member) {
      if (ovsdb.Status(member).election_timer_ms != 900) return false;
    }
    return true;
  });
  EXPECT_THAT([&] { ovsdb.control(leader).ChangeElectionTimer(9000, Soon()); },
              ThrowsMessage<CommandError>(HasSubstr("should not exceed")));
  const int follower = leader == 1 ? 2 : 1;
  EXPECT_THAT(
      [&] { ovsdb.control(follower).ChangeElectionTimer(1000, Soon()); },
      ThrowsMessage<CommandError>(
          AllOf(HasSubstr(ovsdb.at(follower).name),
                HasSubstr("must be changed through leader"))));
}

TEST(OvsdbControl, TransfersLeadershipToAnother) {
  LocalOvsdb ovsdb(3);
  const int old_leader = ovsdb.WaitForLeader();
  const std::uint64_t term = ovsdb.Status(old_leader).term;
  ovsdb.control(old_leader).TransferLeadership(Soon());
  Eventually(Within(20s), "another leads",
             [&] { return ovsdb.WaitForLeader() != old_leader; });
  EXPECT_GT(ovsdb.Status(ovsdb.WaitForLeader()).term, term);
}

TEST(OvsdbControl, AMemberLeavesAndIsUnknownThen) {
  LocalOvsdb ovsdb(3);
  const int follower = ovsdb.AFollower();
  ovsdb.control(follower).Leave(Soon());
  Eventually(Within(20s), "it has left", [&] {
    try {
      ovsdb.Status(follower);
      return false;
    } catch (const CommandError& error) {
      return std::string(error.what()).find("unknown cluster") !=
             std::string::npos;
    }
  });
  EXPECT_THAT(ovsdb.Status(ovsdb.WaitForLeader()).servers, SizeIs(2));
}

TEST(OvsdbControl, KicksADeadMemberAndTakesAnother) {
  LocalOvsdb ovsdb(3);
  const int leader = ovsdb.WaitForLeader();
  const int dead = leader == 3 ? 2 : 3;
  const std::string id = ovsdb.Status(dead).server_id;
  ovsdb.at(dead).child->Kill();
  ovsdb.control(leader).Kick(id.substr(0, 4), Within(20s));
  EXPECT_THAT(ovsdb.Status(leader).servers, SizeIs(2));
  const int newcomer = ovsdb.Add();
  ovsdb.PrepareToJoin(newcomer);
  ovsdb.Start(newcomer);
  ovsdb.WaitUntilMember(newcomer);
  EXPECT_THAT(ovsdb.Status(leader).servers, SizeIs(3));
  EXPECT_THAT([&] { ovsdb.control(leader).Kick("zzzz", Soon()); },
              ThrowsMessage<CommandError>(HasSubstr("unknown server")));
}

TEST(OvsdbControl, ACrashPointEndsTheMemberThatReachesIt) {
  LocalOvsdb ovsdb(3);
  const int leader = ovsdb.WaitForLeader();
  ovsdb.control(leader).FailureTest("crash-before-sending-append-request",
                                    Soon());
  const StoreReply put =
      ovsdb.client(leader == 1 ? 2 : 1)->Put("x", "1", Within(20s));
  EXPECT_TRUE(ovsdb.at(leader).child->WaitForExit(Soon()));
  EXPECT_EQ(put.outcome, Outcome::kOk) << put.error;
  EXPECT_THAT([&] { ovsdb.control(1).FailureTest("crash", Soon()); },
              ThrowsMessage<UsageError>(HasSubstr("\"crash\"")));
}

TEST(OvsdbControl, EveryFailureTestIsKnownToTheServer) {
  LocalOvsdb ovsdb(1);
  for (const std::string& test : OvsdbFailureTests()) {
    if (test.starts_with("transfer-leadership")) continue;
    EXPECT_NO_THROW(ovsdb.control(1).FailureTest(test, Soon())) << test;
  }
  EXPECT_NO_THROW(ovsdb.control(1).FailureTest("clear", Soon()));
}

TEST(OvsdbControl, NamesTheMemberThatDoesNotAnswer) {
  LocalOvsdb ovsdb(1);
  ovsdb.Pause(1);
  EXPECT_THAT([&] { ovsdb.control(1).Status(Deadline::After(100ms)); },
              ThrowsMessage<CommandError>(
                  HasSubstr("node1: ovsdb: cluster/status: no answer")));
  ovsdb.at(1).child->Kill();
  EXPECT_THAT([&] { ovsdb.control(1).Status(Soon()); },
              ThrowsMessage<CommandError>(HasSubstr("node1: ovsdb: unix:")));
}

}  // namespace
}  // namespace faultline
