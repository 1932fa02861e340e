#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/service/etcd_node_client.h"
#include "unit/service/local_etcd.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Deadline Soon() { return Within(5s); }

TEST(EtcdOutage, AMemberThatWasNeverReachedFailsAtOnce) {
  EtcdClient client("127.0.0.1:1");
  const StoreReply write = client.Put("x", "1", Soon());
  const StoreReply read = client.Get("x", ReadMode::kLinearizable, Soon());
  EXPECT_EQ(write.outcome, Outcome::kFail);
  EXPECT_EQ(write.error, "not sent: no connection to 127.0.0.1:1");
  EXPECT_EQ(read.outcome, Outcome::kFail);
}

TEST(EtcdOutage, AKilledMemberEndsInFailuresAndServesAgainWhenRestarted) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  ASSERT_EQ(client->Put("x", "1", Soon()).outcome, Outcome::kOk);
  etcd.at(1).child->Kill();
  // The connection may break only under the first request, which is unknown.
  EXPECT_NE(client->Put("x", "2", Soon()).outcome, Outcome::kOk);
  const StoreReply later = client->Put("x", "3", Soon());
  EXPECT_EQ(later.outcome, Outcome::kFail) << later.error;
  etcd.Start(1);
  Eventually(Within(10s), "the client is served again", [&] {
    return client->Put("x", "4", Soon()).outcome == Outcome::kOk;
  });
}

TEST(EtcdOutage, AStoppedMemberLeavesAWriteUnknownAtTheDeadline) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  ASSERT_EQ(client->Put("x", "1", Soon()).outcome, Outcome::kOk);
  etcd.Pause(1);
  const auto before = std::chrono::steady_clock::now();
  const StoreReply write = client->Put("x", "2", Deadline::After(300ms));
  const StoreReply read =
      client->Get("x", ReadMode::kLocal, Deadline::After(300ms));
  const auto took = std::chrono::steady_clock::now() - before;
  EXPECT_EQ(write.outcome, Outcome::kUnknown);
  EXPECT_THAT(write.error, HasSubstr("DEADLINE_EXCEEDED"));
  EXPECT_EQ(read.outcome, Outcome::kFail);
  EXPECT_GE(took, 600ms);
  EXPECT_LT(took, 3s);
  etcd.at(1).child->Signal(SIGCONT);
  // Which of the two stands is open: etcd finds the request and its
  // cancellation in one go.
  const StoreReply after = client->Get("x", ReadMode::kLinearizable, Soon());
  ASSERT_EQ(after.outcome, Outcome::kOk) << after.error;
  EXPECT_THAT(after.value, ::testing::AnyOf("1", "2"));
}

TEST(EtcdOutage, AStoppedMemberNeverConnectedToFailsAtTheDeadline) {
  LocalEtcd etcd(1);
  etcd.Pause(1);
  const auto client = etcd.client(1);
  const StoreReply write = client->Put("x", "1", Deadline::After(300ms));
  EXPECT_EQ(write.outcome, Outcome::kFail) << write.error;
  EXPECT_THAT(write.error, HasSubstr("not sent"));
}

TEST(EtcdOutage, AMemberWithoutQuorumDoesNotAcknowledge) {
  LocalEtcd etcd(3);
  const auto client = etcd.client(1);
  ASSERT_EQ(client->Put("x", "1", Soon()).outcome, Outcome::kOk);
  etcd.at(2).child->Kill();
  etcd.at(3).child->Kill();
  const StoreReply write = client->Put("x", "2", Deadline::After(1500ms));
  const StoreReply read =
      client->Get("x", ReadMode::kLinearizable, Deadline::After(500ms));
  const StoreReply local = client->Get("x", ReadMode::kLocal, Soon());
  EXPECT_EQ(write.outcome, Outcome::kUnknown) << write.error;
  EXPECT_EQ(read.outcome, Outcome::kFail) << read.error;
  EXPECT_EQ(local.outcome, Outcome::kOk) << local.error;
  EXPECT_EQ(local.value, "1");
}

TEST(EtcdOutage, AClientFollowsItsMemberToAnotherAddress) {
  LocalEtcd etcd(1);
  std::string address;
  EtcdNodeClient client([&] {
    if (address.empty()) throw MachineError("node1 is off");
    return address;
  });
  const StoreReply off = client.Put("x", "1", Soon());
  address = "127.0.0.1:1";
  const StoreReply wrong = client.Put("x", "1", Soon());
  address = etcd.at(1).client_address;
  EXPECT_EQ(off.outcome, Outcome::kFail);
  EXPECT_EQ(off.error, "not sent: node1 is off");
  EXPECT_EQ(wrong.outcome, Outcome::kFail);
  EXPECT_EQ(client.Put("x", "1", Soon()).outcome, Outcome::kOk);
  EXPECT_EQ(client.Get("x", ReadMode::kLocal, Soon()).value, "1");
  EXPECT_TRUE(client.CompareAndSet("x", "1", "2", Soon()).applied);
  EXPECT_EQ(client.Delete("x", Soon()).outcome, Outcome::kOk);
}

}  // namespace
}  // namespace faultline
