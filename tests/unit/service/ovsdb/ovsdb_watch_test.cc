#include "faultline/service/ovsdb/ovsdb_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/service/ovsdb/local_ovsdb.h"
#include "unit/service/ovsdb/rpc_peer.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = WatchMessage::Kind;

Deadline Soon() { return Within(5s); }

class OvsdbWatch : public ::testing::Test {
 protected:
  std::unique_ptr<WatchStream> Watch(const WatchRequest& request,
                                     std::int64_t from) {
    return OpenOvsdbWatch("node1", ovsdb_.at(1).client_address, request, from,
                          points_, Soon());
  }

  LocalOvsdb ovsdb_{1};
  const std::unique_ptr<OvsdbClient> client_ = ovsdb_.client(1);
  const std::shared_ptr<OvsdbMonitorPoints> points_ =
      std::make_shared<OvsdbMonitorPoints>();
};

TEST_F(OvsdbWatch, TellsEachChangeAndWritesWithoutOneAsProgress) {
  const auto all = Watch({.prefix = true, .previous = true}, 1);
  const auto some = Watch({.key = "k", .prefix = true, .deletes = false}, 1);
  client_->Put("k1", "1", Soon());
  client_->Delete("k1", Soon());
  client_->Delete("k1", Soon());
  EXPECT_THAT(all->Next(Soon()).events,
              ElementsAre(WatchEvent{1, "k1", "1", {}, {}}));
  EXPECT_THAT(all->Next(Soon()).events,
              ElementsAre(WatchEvent{2, "k1", {}, "1", {}}));
  const WatchMessage nothing = all->Next(Soon());
  EXPECT_EQ(nothing.kind, Kind::kProgress);
  EXPECT_EQ(nothing.revision, 3);
  EXPECT_EQ(all->Next(Deadline::After(50ms)).kind, Kind::kSilent);
  EXPECT_EQ(some->Next(Soon()).kind, Kind::kEvents);
  EXPECT_EQ(some->Next(Soon()).kind, Kind::kProgress);
  all->RequestProgress();
  EXPECT_EQ(all->Next(Soon()).revision, 3);
}

TEST_F(OvsdbWatch, GoesOnWhereAnotherStopped) {
  // A member keeps no more history than its database is large.
  std::vector<Access> fill;
  for (int i = 0; i < 100; ++i) fill.push_back({true, std::to_string(i), "x"});
  ASSERT_EQ(client_->Transact(fill, {}, Soon()).outcome, Outcome::kOk);
  client_->Put("b", "1", Soon());
  Watch({.prefix = true}, 3);
  client_->Put("a", "1", Soon());
  const auto resumed = Watch({.prefix = true}, 3);
  EXPECT_THAT(resumed->Next(Soon()).events,
              ElementsAre(WatchEvent{3, "a", "1", {}, {}}));
}

TEST_F(OvsdbWatch, OfWhatNobodyCanTellIsRefusedWithTheFirstThatIsThere) {
  for (const char* value : {"1", "2", "3"}) client_->Put("x", value, Soon());
  const auto stream = Watch({.prefix = true}, 1);
  const WatchMessage refusal = stream->Next(Soon());
  EXPECT_EQ(refusal.kind, Kind::kCompacted);
  EXPECT_EQ(refusal.revision, 4);
  EXPECT_EQ(stream->Next(Soon()).kind, Kind::kEnded);
  const auto from_now = Watch({.prefix = true}, 4);
  client_->Put("x", "4", Soon());
  EXPECT_EQ(from_now->Next(Soon()).kind, Kind::kEvents);
}

TEST_F(OvsdbWatch, EndsWithItsMember) {
  const auto stream = Watch({.prefix = true}, 1);
  ovsdb_.at(1).child->Kill();
  EXPECT_EQ(stream->Next(Soon()).kind, Kind::kEnded);
  EXPECT_THAT(stream->Next(Soon()).reason, HasSubstr("node1"));
}

TEST(OvsdbWatchOfAMemberThatCatchesUp, SeveralRevisionsInOneAreARefusal) {
  RpcPeer peer([](RpcPeer::Connection& client) {
    client.Read();
    client.Write(R"({"id":1,"result":{},"error":null})");
    client.Read();
    client.Write(R"({"id":2,"result":[false,"t0",{"store":{"s":{)"
                 R"("initial":{"revision":4}}}}],"error":null})");
    client.Write(R"({"id":null,"method":"update3","params":["watch","t1",)"
                 R"({"store":{"s":{"modify":{"revision":7}}},)"
                 R"("kv":{"u":{"insert":{"key":"a","value":"1"}}}}]})");
    client.Read();
  });
  const auto stream =
      OpenOvsdbWatch("node1", peer.address(), {.prefix = true}, 5,
                     std::make_shared<OvsdbMonitorPoints>(), Soon());
  const WatchMessage refusal = stream->Next(Soon());
  EXPECT_EQ(refusal.kind, Kind::kCompacted);
  EXPECT_EQ(refusal.revision, 8);
  EXPECT_EQ(stream->Next(Soon()).kind, Kind::kEnded);
}

}  // namespace
}  // namespace faultline
