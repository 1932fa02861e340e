#include "faultline/service/leader_draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/fake_store.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

// Led by node1 at first.
class HandingOverStore : public FakeStore {
 public:
  explicit HandingOverStore(int nodes) : FakeStore(nodes) {
    status = [this](Node& node, Deadline) -> MemberStatus {
      return {.leader = leader_,
              .term = term_,
              .is_leader = node.name() == leader_};
    };
  }

  bool HandOver(Node& to, Deadline) override {
    EXPECT_NE(to.name(), leader_);
    leader_ = to.name();
    ++term_;
    return true;
  }

  const std::string& leader() const { return leader_; }

 private:
  std::string leader_ = "node1";
  std::uint64_t term_ = 1;
};

std::vector<std::string> Drawn(std::uint64_t seed) {
  HandingOverStore store(3);
  auto leaders = DrawLeader(store, seed, Within(1s));
  EXPECT_EQ(store.leader(), leaders.empty() ? "node1" : leaders.back());
  return leaders;
}

TEST(LeaderDraw, SeedsMakeEveryMemberLeadInSeveralTerms) {
  std::set<std::vector<std::string>> draws;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) draws.insert(Drawn(seed));
  // None, two of one hand-over, four of two.
  EXPECT_EQ(draws.size(), 7u);
}

TEST(LeaderDraw, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(Drawn(seed), Drawn(seed));
}

TEST(LeaderDraw, LeavesAloneWhatCannotHandOver) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    HandingOverStore alone(1);
    EXPECT_THAT(DrawLeader(alone, seed, Within(1s)), IsEmpty());
    FakeStore store(3);
    store.status = [](Node& node, Deadline) -> MemberStatus {
      return {
          .leader = "node1", .term = 1, .is_leader = node.name() == "node1"};
    };
    EXPECT_THAT(DrawLeader(store, seed, Within(1s)), IsEmpty());
  }
}

}  // namespace
}  // namespace faultline
