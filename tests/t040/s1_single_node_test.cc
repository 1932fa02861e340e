// T040 step 1: a replicated store of one member.
#include "faultline/testing/store_scenario.h"

namespace faultline {

using std::chrono_literals::operator""s;

STORE_SUITE_SCENARIO(SingleNode, KvOperations) {
  FormCluster(1);
  Node& leader = store().WaitForLeader(Within(30s));
  EXPECT_GE(store().Status(leader, Within(5s)).term, 1u);
  const auto client = store().Connect(leader);
  const auto get = [&] {
    return client->Get("colour", ReadMode::kLinearizable, Within(5s));
  };

  const StoreReply missing = get();
  EXPECT_EQ(missing.outcome, Outcome::kOk) << missing.error;
  EXPECT_EQ(missing.value, std::nullopt);

  const StoreReply put = client->Put("colour", "red", Within(5s));
  ASSERT_EQ(put.outcome, Outcome::kOk) << put.error;
  EXPECT_EQ(get().value, "red");

  const StoreReply overwrite = client->Put("colour", "blue", Within(5s));
  EXPECT_GT(overwrite.revision, put.revision);
  EXPECT_EQ(get().value, "blue");

  EXPECT_FALSE(
      client->CompareAndSet("colour", "red", "green", Within(5s)).applied);
  EXPECT_TRUE(
      client->CompareAndSet("colour", "blue", "green", Within(5s)).applied);
  EXPECT_EQ(get().value, "green");

  EXPECT_EQ(client->Delete("colour", Within(5s)).outcome, Outcome::kOk);
  EXPECT_EQ(get().value, std::nullopt);
}

}  // namespace faultline
