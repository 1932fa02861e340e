#include "faultline/workload/kv/raft_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "faultline/base/eventually.h"
#include "faultline/check/raft_invariants.h"
#include "support/faulty_store.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::Field;

class Observation : public testing::Test {
 protected:
  // The trace of a run that is stopped once `seen` is true.
  RaftTrace ObserveUntil(const std::function<bool()>& seen) {
    internal::RaftObserver observer(store_, 200ms, recorder_);
    Eventually(Within(20s), "observations", [&] {
      for (Node* node : store_.nodes()) observer.Look(*node);
      return seen();
    });
    return observer.Take();
  }

  ScratchDirectory scratch_;
  Recorder recorder_{scratch_.path() / "history.jsonl", {}};
  FaultyStore store_{3};
  std::atomic<int> asked_ = 0;
};

TEST_F(Observation, ConfirmedLeaderIsInTheTrace) {
  const auto healthy = store_.status;
  store_.status = [&](Node& node, Deadline deadline) {
    ++asked_;
    return healthy(node, deadline);
  };
  const RaftTrace trace = ObserveUntil([&] { return asked_ > 20; });
  EXPECT_THAT(trace, Each(Field(&MemberObservation::leader, "node1")));
  EXPECT_TRUE(CheckRaftInvariants(trace).Holds());
}

TEST_F(Observation, LeaderWithoutAnswerToALinearizableReadIsLeftOut) {
  store_.BeginOutage(OutageKind::kRefuse);
  store_.status = [&](Node&, Deadline) {
    ++asked_;
    return MemberStatus{.leader = "node2", .term = 5};
  };
  const RaftTrace trace = ObserveUntil([&] { return asked_ > 20; });
  ASSERT_FALSE(trace.empty());
  EXPECT_THAT(trace, Each(Field(&MemberObservation::leader, "")));
  EXPECT_THAT(trace, Each(Field(&MemberObservation::term, 5U)));
}

TEST_F(Observation, LeaderBesideTheOldTermIsLeftOut) {
  // The term catches up only when the read has been answered.
  store_.status = [&](Node&, Deadline) {
    const bool after_read = asked_++ % 2 == 1;
    return MemberStatus{.leader = "node2", .term = after_read ? 6U : 5U};
  };
  const RaftTrace trace = ObserveUntil([&] { return asked_ > 20; });
  ASSERT_FALSE(trace.empty());
  EXPECT_THAT(trace, Each(Field(&MemberObservation::leader, "")));
}

TEST_F(Observation, IncarnationGrowsWhenASilentMemberAnswersAgain) {
  store_.status = [&](Node& node, Deadline) -> MemberStatus {
    if (node.index() == 1) ++asked_;
    const bool down = asked_ >= 10 && asked_ < 20;
    if (down) throw CommandError(node.name() + ": no answer");
    return {.leader = "", .term = 1, .commit_index = asked_ < 10 ? 9U : 2U};
  };
  const RaftTrace trace = ObserveUntil([&] { return asked_ > 30; });
  EXPECT_EQ(trace.front().incarnation, 1);
  EXPECT_EQ(trace.back().incarnation, 2);
  EXPECT_EQ(trace.back().commit_index, 2U);
}

}  // namespace
}  // namespace faultline
