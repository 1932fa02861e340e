#include "faultline/check/stability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;

class Stability : public testing::Test {
 protected:
  // Two members, looked at each second from 0 to 10, led by node1 in term 4.
  void SetUp() override {
    for (int second = 0; second <= 10; ++second)
      for (const char* node : {"node1", "node2"})
        trace_.push_back({.at_ns = second * kSecond,
                          .node = node,
                          .leader = "node1",
                          .term = 4,
                          .incarnation = 1});
  }
  MemberObservation& At(int second, int node) {
    return trace_.at(static_cast<std::size_t>(2 * second + node - 1));
  }
  Verdict Check() const { return CheckStability(trace_, stable_, 2 * kSecond); }

  RaftTrace trace_;
  StableLeadership stable_{.leader = "node1",
                           .term = 4,
                           .members = {"node1", "node2"},
                           .from_ns = kSecond,
                           .until_ns = 9 * kSecond};
};

TEST_F(Stability, HoldsIfNothingChanges) {
  const Verdict verdict = Check();
  EXPECT_TRUE(verdict.Holds());
  EXPECT_THAT(verdict.evidence,
              ElementsAre("18 looks at 2 members: node1 led in term 4"));
}

TEST_F(Stability, IsViolatedByAnotherLeader) {
  At(5, 2).leader = "node2";
  EXPECT_EQ(Check().judgement, Judgement::kViolated);
  EXPECT_THAT(Check().evidence,
              ElementsAre(HasSubstr("node2 said at 5.000 s: leader node2")));
}

TEST_F(Stability, IsViolatedByAnElectionThatTheSameLeaderWins) {
  for (int second = 6; second <= 10; ++second)
    for (const int node : {1, 2}) At(second, node).term = 5;
  EXPECT_EQ(Check().judgement, Judgement::kViolated);
}

TEST_F(Stability, IsViolatedByATermAloneToo) {
  At(5, 2).term = 5;
  At(5, 2).leader = "";
  EXPECT_EQ(Check().judgement, Judgement::kViolated);
}

TEST_F(Stability, IsNotAboutTheTimeAround) {
  At(0, 1).term = 3;
  At(10, 1).term = 5;
  EXPECT_TRUE(Check().Holds());
}

TEST_F(Stability, IsUnknownIfAMemberWasNotLookedAt) {
  std::erase_if(trace_, [](const MemberObservation& seen) {
    return seen.node == "node2" && seen.at_ns > 5 * kSecond;
  });
  EXPECT_EQ(Check().judgement, Judgement::kUnknown);
  EXPECT_THAT(Check().evidence,
              ElementsAre(HasSubstr("node2 was not observed for 4")));
  trace_.clear();
  EXPECT_EQ(Check().judgement, Judgement::kUnknown);
}

TEST_F(Stability, IsUnknownIfAMemberNamedNoLeader) {
  for (const int second : {4, 5, 6}) At(second, 2).leader = "";
  EXPECT_EQ(Check().judgement, Judgement::kUnknown);
}

TEST_F(Stability, IsUnknownOfNobody) {
  stable_.members.clear();
  EXPECT_EQ(Check().judgement, Judgement::kUnknown);
}

}  // namespace
}  // namespace faultline
