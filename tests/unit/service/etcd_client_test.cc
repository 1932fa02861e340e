#include "faultline/service/etcd_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/service/local_etcd.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Deadline Soon() { return Within(5s); }

TEST(EtcdClient, ReadsBackWhatWasWrittenLast) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  const StoreReply first = client->Put("x", "1", Soon());
  const StoreReply second = client->Put("x", "2", Soon());
  const StoreReply read = client->Get("x", ReadMode::kLinearizable, Soon());
  ASSERT_EQ(first.outcome, Outcome::kOk) << first.error;
  ASSERT_EQ(second.outcome, Outcome::kOk) << second.error;
  ASSERT_EQ(read.outcome, Outcome::kOk) << read.error;
  EXPECT_EQ(read.value, "2");
  EXPECT_EQ(first.revision, 2);
  EXPECT_EQ(second.revision, 3);
}

TEST(EtcdClient, AMissingOrDeletedKeyHasNoValue) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  const StoreReply missing = client->Get("x", ReadMode::kLocal, Soon());
  ASSERT_EQ(client->Put("x", "1", Soon()).outcome, Outcome::kOk);
  const StoreReply removal = client->Delete("x", Soon());
  const StoreReply gone = client->Get("x", ReadMode::kLinearizable, Soon());
  EXPECT_EQ(missing.outcome, Outcome::kOk);
  EXPECT_EQ(missing.value, std::nullopt);
  EXPECT_EQ(removal.outcome, Outcome::kOk);
  EXPECT_EQ(removal.revision, 3);
  EXPECT_EQ(gone.outcome, Outcome::kOk);
  EXPECT_EQ(gone.value, std::nullopt);
}

TEST(EtcdClient, KeepsBytesThatAreNoText) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  const std::string bytes("\0\xff\n", 3);
  ASSERT_EQ(client->Put(bytes, bytes, Soon()).outcome, Outcome::kOk);
  EXPECT_EQ(client->Get(bytes, ReadMode::kLocal, Soon()).value, bytes);
}

TEST(EtcdClient, ComparesTheValueBeforeItSets) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  ASSERT_EQ(client->Put("x", "1", Soon()).outcome, Outcome::kOk);
  const StoreReply wrong = client->CompareAndSet("x", "0", "2", Soon());
  const StoreReply right = client->CompareAndSet("x", "1", "3", Soon());
  const StoreReply no_key = client->CompareAndSet("y", "1", "4", Soon());
  EXPECT_EQ(wrong.outcome, Outcome::kOk);
  EXPECT_FALSE(wrong.applied);
  EXPECT_EQ(right.outcome, Outcome::kOk);
  EXPECT_TRUE(right.applied);
  EXPECT_FALSE(no_key.applied);
  EXPECT_EQ(client->Get("x", ReadMode::kLinearizable, Soon()).value, "3");
}

TEST(EtcdClient, ExpectingNoKeySetsOnlyTheFirstTime) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  EXPECT_TRUE(client->CompareAndSet("x", {}, "1", Soon()).applied);
  const StoreReply again = client->CompareAndSet("x", {}, "2", Soon());
  EXPECT_EQ(again.outcome, Outcome::kOk);
  EXPECT_FALSE(again.applied);
  EXPECT_EQ(client->Get("x", ReadMode::kLinearizable, Soon()).value, "1");
}

TEST(EtcdClient, RefusedRequestsFail) {
  LocalEtcd etcd(1);
  const auto client = etcd.client(1);
  const StoreReply no_key = client->Put("", "1", Soon());
  EXPECT_EQ(no_key.outcome, Outcome::kFail);
  EXPECT_EQ(no_key.error, "INVALID_ARGUMENT: etcdserver: key is not provided");
  const std::string large(std::size_t{1600} * 1024, 'a');
  const StoreReply too_large = client->Put("x", large, Soon());
  EXPECT_EQ(too_large.outcome, Outcome::kFail);
  EXPECT_THAT(too_large.error, HasSubstr("request is too large"));
}

TEST(EtcdClient, AFullStoreLeavesAWriteUnknown) {
  LocalEtcd etcd(1, {.quota_bytes = 1});
  const StoreReply reply = etcd.client(1)->Put("x", "1", Soon());
  EXPECT_EQ(reply.outcome, Outcome::kUnknown);
  EXPECT_EQ(reply.error,
            "RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded");
}

}  // namespace
}  // namespace faultline
