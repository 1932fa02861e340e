#include "faultline/service/ovsdb/ovsdb_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "unit/service/ovsdb/local_ovsdb.h"
#include "unit/service/ovsdb/rpc_peer.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

Deadline Soon() { return Within(5s); }

TEST(OvsdbMonitor, TellsWhatIsThereAndThenEachChange) {
  LocalOvsdb ovsdb(1);
  const auto client = ovsdb.client(1);
  client->Put("a", "1", Soon());
  const auto monitor = ovsdb.monitor(1);
  EXPECT_FALSE(monitor->resumed());
  EXPECT_EQ(monitor->first().to, 1);
  EXPECT_THAT(monitor->point().contents.Values(), ElementsAre(Pair("a", "1")));
  client->Put("a", "2", Soon());
  client->CompareAndSet("a", "2", "3", Soon());
  client->Delete("a", Soon());
  const auto put = monitor->Next(Soon());
  ASSERT_TRUE(put);
  EXPECT_EQ(put->from, 1);
  EXPECT_EQ(put->to, 2);
  EXPECT_THAT(put->events,
              ElementsAre(WatchEvent{2, "a", "2", "1", std::nullopt}));
  const auto set = monitor->Next(Soon());
  ASSERT_TRUE(set);
  EXPECT_THAT(set->events,
              ElementsAre(WatchEvent{3, "a", "3", "2", std::nullopt}));
  const auto removal = monitor->Next(Soon());
  ASSERT_TRUE(removal);
  EXPECT_THAT(removal->events,
              ElementsAre(WatchEvent{4, "a", std::nullopt, "3", std::nullopt}));
  EXPECT_THAT(monitor->point().contents.Values(), IsEmpty());
  EXPECT_FALSE(monitor->Next(Deadline::After(50ms)));
  EXPECT_EQ(monitor->over(), "");
}

TEST(OvsdbMonitor, AWriteWithoutAChangeIsAnUpdateWithoutEvents) {
  LocalOvsdb ovsdb(1);
  const auto monitor = ovsdb.monitor(1);
  ovsdb.client(1)->Delete("nothing", Soon());
  const auto update = monitor->Next(Soon());
  ASSERT_TRUE(update);
  EXPECT_EQ(update->to, 1);
  EXPECT_THAT(update->events, IsEmpty());
}

TEST(OvsdbMonitor, GoesOnThroughAnotherMemberWhereItStopped) {
  LocalOvsdb ovsdb(3);
  const auto client = ovsdb.client(1);
  // A member keeps no more history than its database is large.
  std::vector<Access> fill;
  for (int i = 0; i < 100; ++i) fill.push_back({true, std::to_string(i), "x"});
  ASSERT_EQ(client->Transact(fill, {}, Soon()).outcome, Outcome::kOk);
  client->Put("a", "1", Soon());
  auto stopped = ovsdb.monitor(1);
  const OvsdbMonitorPoint point = stopped->point();
  ASSERT_EQ(point.contents.revision(), 2);
  stopped.reset();
  client->Put("a", "2", Soon());
  client->Put("b", "3", Soon());
  // The other member must have the writes, or it tells them later.
  ovsdb.client(2)->Get("a", ReadMode::kLinearizable, Soon());
  const auto resumed = ovsdb.monitor(2, point);
  EXPECT_TRUE(resumed->resumed());
  EXPECT_EQ(resumed->first().from, 2);
  EXPECT_EQ(resumed->first().to, 4);
  EXPECT_THAT(resumed->first().events, SizeIs(2));
  const auto values = resumed->point().contents.Values();
  EXPECT_THAT(values, SizeIs(102));
  EXPECT_EQ(values.at("a"), "2");
  EXPECT_EQ(values.at("b"), "3");
}

TEST(OvsdbMonitor, BeginsAnewAfterATransactionThatTheMemberHasForgotten) {
  LocalOvsdb ovsdb(1);
  ovsdb.client(1)->Put("a", "1", Soon());
  OvsdbMonitorPoint point = ovsdb.monitor(1)->point();
  point.transaction = "12345678-1234-1234-1234-123456789abc";
  const auto monitor = ovsdb.monitor(1, point);
  EXPECT_FALSE(monitor->resumed());
  EXPECT_EQ(monitor->first().from, 0);
  EXPECT_THAT(monitor->point().contents.Values(), ElementsAre(Pair("a", "1")));
}

TEST(OvsdbMonitor, IsOverWithItsMember) {
  LocalOvsdb ovsdb(1);
  const auto monitor = ovsdb.monitor(1);
  ovsdb.at(1).child->Kill();
  EXPECT_FALSE(monitor->Next(Soon()));
  EXPECT_THAT(monitor->over(), HasSubstr("node1: ovsdb: "));
}

TEST(OvsdbMonitor, IsOverWhenAnotherThreadCancels) {
  LocalOvsdb ovsdb(1);
  const auto monitor = ovsdb.monitor(1);
  std::jthread other([&] { monitor->Cancel(); });
  EXPECT_FALSE(monitor->Next(Within(30s)));
  EXPECT_THAT(monitor->over(), HasSubstr("node1"));
}

TEST(OvsdbMonitor, OfNobodyIsAnError) {
  EXPECT_THAT(
      [] { OvsdbMonitor("node1", "127.0.0.1:1", std::nullopt, Soon()); },
      ThrowsMessage<CommandError>(HasSubstr("node1: ovsdb: ")));
}

// A member of another schema, or one that talks nonsense.
std::string OverAfter(const std::string& update) {
  RpcPeer peer([update](RpcPeer::Connection& client) {
    client.Read();
    client.Write(R"({"id":1,"result":{},"error":null})");
    client.Read();
    client.Write(R"({"id":2,"result":[false,"t",{}],"error":null})");
    client.Write(update);
    client.Read();
  });
  OvsdbMonitor monitor("node1", peer.address(), std::nullopt, Soon());
  EXPECT_FALSE(monitor.Next(Soon()));
  return monitor.over();
}

TEST(OvsdbMonitor, NonsenseEndsIt) {
  const std::string head = R"({"id":null,"method":"update3","params":)";
  EXPECT_THAT(OverAfter(head + "[]}"), HasSubstr("node1: ovsdb: monitor"));
  EXPECT_THAT(OverAfter(head + R"(["w","t",{"kv":{"u":{"delete":null}}}]})"),
              HasSubstr("delete of an unknown row u"));
  EXPECT_THAT(OverAfter(head + R"(["w","t",{"kv":{"u":{"insert":7}}}]})"),
              HasSubstr("node1: ovsdb: monitor"));
  EXPECT_THAT(OverAfter(R"({"id":null,"method":"monitor_canceled",)"
                        R"("params":["w"]})"),
              HasSubstr("canceled the monitor"));
}

}  // namespace
}  // namespace faultline
