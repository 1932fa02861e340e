#include "faultline/service/randomize_leader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/fake_store.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

// Led by node1 at first.
class TransferringStore : public FakeStore {
 public:
  explicit TransferringStore(int nodes) : FakeStore(nodes) {
    status = [this](Node& node, Deadline) -> MemberStatus {
      return {.leader = leader_,
              .term = term_,
              .is_leader = node.name() == leader_};
    };
  }

  Capabilities capabilities() const override {
    return {capability::kLeader, capability::kLeadershipTransfer};
  }
  void TransferLeadership(Node& to, Deadline) override {
    EXPECT_NE(to.name(), leader_);
    leader_ = to.name();
    ++term_;
  }

  const std::string& leader() const { return leader_; }

 private:
  std::string leader_ = "node1";
  std::uint64_t term_ = 1;
};

std::vector<std::string> LeadersOf(std::uint64_t seed) {
  TransferringStore store(3);
  auto leaders = RandomizeLeader(store, seed, Within(1s));
  EXPECT_EQ(store.leader(), leaders.empty() ? "node1" : leaders.back());
  return leaders;
}

TEST(RandomizeLeader, SeedsMakeEveryMemberLeadInSeveralTerms) {
  std::set<std::vector<std::string>> seen;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    seen.insert(LeadersOf(seed));
  // None, two of one transfer, four of two.
  EXPECT_EQ(seen.size(), 7u);
}

TEST(RandomizeLeader, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(LeadersOf(seed), LeadersOf(seed));
}

TEST(RandomizeLeader, LeavesAloneWhatCannotTransferLeadership) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TransferringStore alone(1);
    EXPECT_THAT(RandomizeLeader(alone, seed, Within(1s)), IsEmpty());
    FakeStore store(3);
    store.status = [](Node& node, Deadline) -> MemberStatus {
      return {
          .leader = "node1", .term = 1, .is_leader = node.name() == "node1"};
    };
    EXPECT_THAT(RandomizeLeader(store, seed, Within(1s)), IsEmpty());
  }
}

}  // namespace
}  // namespace faultline
