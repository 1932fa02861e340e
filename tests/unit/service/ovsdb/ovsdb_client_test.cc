#include "faultline/service/ovsdb/ovsdb_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "faultline/base/eventually.h"
#include "unit/service/ovsdb/local_ovsdb.h"
#include "unit/service/ovsdb/rpc_peer.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Connection = RpcPeer::Connection;
using Json = nlohmann::json;

Deadline Soon() { return Within(5s); }

// One member for all tests of a suite: each uses keys of its own.
class OvsdbClientOfOne : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ovsdb_ = std::make_unique<LocalOvsdb>(1); }
  static void TearDownTestSuite() { ovsdb_.reset(); }

  const std::unique_ptr<OvsdbClient> client_ = ovsdb_->client(1);
  static std::unique_ptr<LocalOvsdb> ovsdb_;
};

std::unique_ptr<LocalOvsdb> OvsdbClientOfOne::ovsdb_;

TEST_F(OvsdbClientOfOne, ReadsBackWhatWasWrittenLast) {
  const StoreReply first = client_->Put("x", "1", Soon());
  const StoreReply second = client_->Put("x", "2", Soon());
  const StoreReply read = client_->Get("x", ReadMode::kLinearizable, Soon());
  const StoreReply local = client_->Get("x", ReadMode::kLocal, Soon());
  ASSERT_EQ(first.outcome, Outcome::kOk) << first.error;
  ASSERT_EQ(second.outcome, Outcome::kOk) << second.error;
  ASSERT_EQ(read.outcome, Outcome::kOk) << read.error;
  ASSERT_EQ(local.outcome, Outcome::kOk) << local.error;
  EXPECT_EQ(read.value, "2");
  EXPECT_EQ(local.value, "2");
  EXPECT_EQ(second.revision, first.revision + 1);
  EXPECT_EQ(read.revision, second.revision);
}

TEST_F(OvsdbClientOfOne, AMissingOrDeletedKeyHasNoValue) {
  const StoreReply missing = client_->Get("gone", ReadMode::kLocal, Soon());
  ASSERT_EQ(client_->Put("gone", "1", Soon()).outcome, Outcome::kOk);
  const StoreReply removal = client_->Delete("gone", Soon());
  const StoreReply gone = client_->Get("gone", ReadMode::kLinearizable, Soon());
  EXPECT_EQ(missing.outcome, Outcome::kOk);
  EXPECT_EQ(missing.value, std::nullopt);
  EXPECT_EQ(removal.outcome, Outcome::kOk);
  EXPECT_EQ(gone.outcome, Outcome::kOk);
  EXPECT_EQ(gone.value, std::nullopt);
}

TEST_F(OvsdbClientOfOne, KeepsTextThatIsNotAscii) {
  const std::string text = "\n\"\\{\xc3\xa9\x01";
  ASSERT_EQ(client_->Put(text, text, Soon()).outcome, Outcome::kOk);
  EXPECT_EQ(client_->Get(text, ReadMode::kLocal, Soon()).value, text);
}

TEST_F(OvsdbClientOfOne, BytesThatAreNoTextAreRefusedUnsent) {
  for (const std::string& bytes : {std::string("\xff"), std::string("\0", 1)}) {
    EXPECT_EQ(client_->Put("bytes", bytes, Soon()).outcome, Outcome::kFail);
    EXPECT_EQ(client_->Delete(bytes, Soon()).outcome, Outcome::kFail);
    EXPECT_EQ(client_->CompareAndSet("bytes", bytes, "1", Soon()).outcome,
              Outcome::kFail);
    EXPECT_EQ(client_->Get(bytes, ReadMode::kLocal, Soon()).outcome,
              Outcome::kFail);
    EXPECT_EQ(client_->Transact({{true, "k", bytes}}, {}, Soon()).outcome,
              Outcome::kFail);
  }
}

TEST_F(OvsdbClientOfOne, ComparesTheValueBeforeItSets) {
  ASSERT_EQ(client_->Put("cas", "1", Soon()).outcome, Outcome::kOk);
  const StoreReply wrong = client_->CompareAndSet("cas", "0", "2", Soon());
  const StoreReply right = client_->CompareAndSet("cas", "1", "3", Soon());
  const StoreReply no_key = client_->CompareAndSet("none", "1", "4", Soon());
  EXPECT_EQ(wrong.outcome, Outcome::kOk);
  EXPECT_FALSE(wrong.applied);
  EXPECT_EQ(right.outcome, Outcome::kOk);
  EXPECT_TRUE(right.applied);
  EXPECT_EQ(no_key.outcome, Outcome::kOk);
  EXPECT_FALSE(no_key.applied);
  EXPECT_EQ(client_->Get("cas", ReadMode::kLinearizable, Soon()).value, "3");
}

TEST_F(OvsdbClientOfOne, ExpectingNoKeySetsOnlyTheFirstTime) {
  const StoreReply first = client_->CompareAndSet("new", {}, "1", Soon());
  const StoreReply again = client_->CompareAndSet("new", {}, "2", Soon());
  EXPECT_EQ(first.outcome, Outcome::kOk) << first.error;
  EXPECT_TRUE(first.applied);
  EXPECT_EQ(again.outcome, Outcome::kOk) << again.error;
  EXPECT_FALSE(again.applied);
  EXPECT_EQ(client_->Get("new", ReadMode::kLinearizable, Soon()).value, "1");
}

TEST_F(OvsdbClientOfOne, ATransactionReadsAndWritesSeveralKeysAtOnce) {
  ASSERT_EQ(client_->Put("a", "1", Soon()).outcome, Outcome::kOk);
  ASSERT_EQ(client_->Put("c", "7", Soon()).outcome, Outcome::kOk);
  const OvsdbTransactionReply reply = client_->Transact({{false, "a", {}},
                                                         {true, "a", "2"},
                                                         {false, "a", {}},
                                                         {false, "b", {}},
                                                         {true, "b", "3"},
                                                         {true, "c", {}},
                                                         {false, "c", {}}},
                                                        {}, Soon());
  ASSERT_EQ(reply.outcome, Outcome::kOk) << reply.error;
  ASSERT_THAT(reply.accesses, SizeIs(7));
  EXPECT_EQ(reply.accesses[0].value, "1");
  EXPECT_EQ(reply.accesses[2].value, "2");
  EXPECT_EQ(reply.accesses[3].value, std::nullopt);
  EXPECT_EQ(reply.accesses[6].value, std::nullopt);
  EXPECT_GT(reply.revision, 0);
  EXPECT_EQ(client_->Get("b", ReadMode::kLinearizable, Soon()).value, "3");
  EXPECT_EQ(client_->Get("c", ReadMode::kLinearizable, Soon()).value,
            std::nullopt);
}

TEST_F(OvsdbClientOfOne, ATransactionWhoseGuardDoesNotHoldHasNoEffect) {
  ASSERT_EQ(client_->Put("g", "1", Soon()).outcome, Outcome::kOk);
  const auto write = [&](const std::vector<OvsdbGuard>& guards) {
    return client_->Transact({{true, "g", "2"}}, guards, Soon());
  };
  EXPECT_EQ(write({{"g", "0"}}).outcome, Outcome::kFail);
  EXPECT_THAT(write({{"g", std::nullopt}}).error, HasSubstr("timed out"));
  EXPECT_EQ(client_->Get("g", ReadMode::kLinearizable, Soon()).value, "1");
  EXPECT_EQ(write({{"g", "1"}, {"no", std::nullopt}}).outcome, Outcome::kOk);
  EXPECT_EQ(client_->Get("g", ReadMode::kLinearizable, Soon()).value, "2");
}

TEST_F(OvsdbClientOfOne, ComesBackAfterTheMemberEndedTheConnection) {
  ASSERT_EQ(client_->Put("back", "1", Soon()).outcome, Outcome::kOk);
  ovsdb_->control(1).Run("ovsdb-server/reconnect", {}, Soon());
  // A request on the old connection may still have met its end.
  Eventually(Soon(), "a write on a new connection", [&] {
    return client_->Put("back", "2", Soon()).outcome == Outcome::kOk;
  });
}

TEST(OvsdbClient, WithoutAMemberNothingWasSent) {
  OvsdbClient nobody("node1", [] { return std::string("127.0.0.1:1"); });
  const StoreReply put = nobody.Put("x", "1", Soon());
  EXPECT_EQ(put.outcome, Outcome::kFail);
  EXPECT_THAT(put.error, HasSubstr("node1: ovsdb: 127.0.0.1:1: no connection"));
  OvsdbClient off("node1",
                  []() -> std::string { throw MachineError("node1 is off"); });
  EXPECT_EQ(off.Delete("x", Soon()).outcome, Outcome::kFail);
}

TEST(OvsdbClient, AMemberThatIsSilentLeavesAWriteOpenAndAReadFails) {
  LocalOvsdb ovsdb(1);
  const auto client = ovsdb.client(1);
  ASSERT_EQ(client->Put("x", "1", Soon()).outcome, Outcome::kOk);
  ovsdb.Pause(1);
  EXPECT_EQ(client->Put("x", "2", Deadline::After(100ms)).outcome,
            Outcome::kUnknown);
  EXPECT_EQ(client->Get("x", ReadMode::kLocal, Deadline::After(100ms)).outcome,
            Outcome::kFail);
}

TEST(OvsdbClient, AFollowerForwardsWritesAndReadsFresh) {
  LocalOvsdb ovsdb(3);
  const int follower = ovsdb.AFollower();
  const auto at_leader = ovsdb.client(ovsdb.WaitForLeader());
  const auto at_follower = ovsdb.client(follower);
  for (int i = 0; i < 10; ++i) {
    const std::string value = std::to_string(i);
    const StoreReply put = at_leader->Put("x", value, Soon());
    ASSERT_EQ(put.outcome, Outcome::kOk) << put.error;
    const StoreReply read =
        at_follower->Get("x", ReadMode::kLinearizable, Soon());
    ASSERT_EQ(read.outcome, Outcome::kOk) << read.error;
    EXPECT_EQ(read.value, value);
    const StoreReply forwarded =
        at_follower->CompareAndSet("x", value, value + "!", Soon());
    ASSERT_EQ(forwarded.outcome, Outcome::kOk) << forwarded.error;
    EXPECT_TRUE(forwarded.applied);
    EXPECT_EQ(forwarded.revision, put.revision + 1);
  }
}

TEST(OvsdbClient, AWriteThatALostLeaderMayHaveTakenIsAppliedOnceAtMost) {
  LocalOvsdb ovsdb(3);
  const int leader = ovsdb.WaitForLeader();
  const auto client = ovsdb.client(leader == 1 ? 2 : 1);
  ASSERT_EQ(client->Put("x", "0", Soon()).outcome, Outcome::kOk);
  ovsdb.at(leader).child->Kill();
  const StoreReply put = client->Put("x", "1", Within(20s));
  ASSERT_EQ(put.outcome, Outcome::kOk) << put.error;
  EXPECT_EQ(put.revision, 2);
}

TEST(OvsdbClient, WithoutAMajorityAWriteStaysOpenAndALocalReadIsAnswered) {
  LocalOvsdb ovsdb(3);
  const auto client = ovsdb.client(1);
  ASSERT_EQ(client->Put("x", "1", Soon()).outcome, Outcome::kOk);
  ovsdb.at(2).child->Kill();
  ovsdb.at(3).child->Kill();
  const StoreReply local = client->Get("x", ReadMode::kLocal, Soon());
  EXPECT_EQ(local.value, "1") << local.error;
  EXPECT_EQ(client->Put("x", "2", Deadline::After(1s)).outcome,
            Outcome::kUnknown);
  EXPECT_EQ(
      client->Get("x", ReadMode::kLinearizable, Deadline::After(500ms)).outcome,
      Outcome::kFail);
}

// docs/bindings.md says so, and Status relies on it.
TEST(OvsdbClient, AMemberWithAnEntryThatIsNotCommittedAnswersNoRead) {
  LocalOvsdb ovsdb(3);
  const int leader = ovsdb.WaitForLeader();
  for (int member = 1; member <= 3; ++member) {
    if (member != leader) ovsdb.Pause(member);
  }
  const auto client = ovsdb.client(leader);
  EXPECT_EQ(client->Put("x", "1", Deadline::After(200ms)).outcome,
            Outcome::kUnknown);
  ASSERT_EQ(ovsdb.Status(leader).uncommitted, 1u);
  EXPECT_EQ(client->Get("x", ReadMode::kLocal, Deadline::After(300ms)).outcome,
            Outcome::kFail);
  for (int member = 1; member <= 3; ++member) {
    if (member != leader) ovsdb.Continue(member);
  }
  EXPECT_EQ(client->Get("x", ReadMode::kLocal, Within(20s)).value, "1");
}

// A member that answers what no ovsdb-server says on demand: that a second
// execution found the row of the first.
class RepeatingMember {
 public:
  explicit RepeatingMember(bool took_effect)
      : peer_([took_effect](Connection& client) {
          const Json violation = {{"error", "constraint violation"},
                                  {"details", "index"}};
          client.Read();
          client.Write(Json{{"id", 1},
                            {"error", nullptr},
                            {"result", Json::array({violation})}}
                           .dump());
          client.Read();
          const Json rows = {{"rows", Json::array({{{"id", "r"}}})}};
          const Json none = {{"rows", Json::array()}};
          client.Write(Json{
              {"id", 2},
              {"error", nullptr},
              {"result",
               Json::array({{{"count", 1}}, took_effect ? rows : none, none})}}
                           .dump());
          client.Read();
        }) {}

  std::unique_ptr<OvsdbClient> client() {
    return std::make_unique<OvsdbClient>(
        "node1", [address = peer_.address()] { return address; });
  }

 private:
  RpcPeer peer_;
};

TEST(OvsdbClientOfARepeatingMember, AWriteWhoseRowIsThereTookEffect) {
  RepeatingMember member(true);
  EXPECT_EQ(member.client()->Put("x", "1", Soon()).outcome, Outcome::kOk);
}

TEST(OvsdbClientOfARepeatingMember, AWriteWhoseRowIsNotThereHasNone) {
  RepeatingMember member(false);
  EXPECT_EQ(member.client()->Put("x", "1", Soon()).outcome, Outcome::kFail);
}

TEST(OvsdbClientOfARepeatingMember, AnAnswerThatIsLostStaysUnknown) {
  RepeatingMember one(true);
  EXPECT_EQ(one.client()->CompareAndSet("x", "0", "1", Soon()).outcome,
            Outcome::kUnknown);
  RepeatingMember two(true);
  EXPECT_EQ(two.client()->Transact({{false, "x", {}}}, {}, Soon()).outcome,
            Outcome::kUnknown);
}

}  // namespace
}  // namespace faultline
