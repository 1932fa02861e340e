#include "faultline/service/replicated_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "support/fake_store.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Three members whose answers a test writes down; a missing one is silent.
class StoreWaits : public ::testing::Test {
 protected:
  StoreWaits() {
    store_.status = [this](Node& node, Deadline) {
      const auto answer = answers_.find(node.name());
      if (answer == answers_.end()) throw CommandError("silent");
      return answer->second;
    };
  }

  void Says(const std::string& node, const std::string& leader,
            std::uint64_t term) {
    answers_[node] = {.leader = leader,
                      .term = term,
                      .commit_index = 9,
                      .applied_index = 9,
                      .revision = 5,
                      .is_leader = node == leader};
  }

  // What the wait says when it runs out, or nothing if it does not.
  static std::string TimeoutOf(const std::function<void(Deadline)>& wait) {
    try {
      wait(Deadline::After(50ms));
    } catch (const TimeoutError& error) {
      return error.what();
    }
    return "";
  }

  std::string TimeoutOfLeader() {
    return TimeoutOf([&](Deadline by) { store_.WaitForLeader(by); });
  }
  std::string TimeoutOfAgreement() {
    return TimeoutOf([&](Deadline by) { store_.WaitForAgreement(by); });
  }

  FakeStore store_{3};
  std::map<std::string, MemberStatus> answers_;
};

TEST_F(StoreWaits, FindTheLeaderThatAMajorityFollows) {
  Says("node1", "node2", 3);
  Says("node2", "node2", 3);
  EXPECT_EQ(store_.WaitForLeader(Within(1s)).name(), "node2");
}

TEST_F(StoreWaits, SayWhatEachMemberSaidLast) {
  Says("node1", "node2", 3);
  Says("node3", "", 4);
  const std::string message = TimeoutOfLeader();
  EXPECT_THAT(message, HasSubstr("a leader that a majority follows"));
  EXPECT_THAT(message, HasSubstr("node1: leader node2 term 3"));
  EXPECT_THAT(message, HasSubstr("node2: no answer"));
  EXPECT_THAT(message, HasSubstr("node3: no leader term 4"));
}

TEST_F(StoreWaits, DoNotTakeALeaderWithoutItsOwnWord) {
  Says("node1", "node2", 3);
  Says("node3", "node2", 3);
  EXPECT_NE(TimeoutOfLeader(), "");
}

TEST_F(StoreWaits, DoNotTakeALeaderWithoutAMajority) {
  Says("node1", "node1", 3);
  EXPECT_NE(TimeoutOfLeader(), "");
}

TEST_F(StoreWaits, PreferTheLeaderOfTheHighestTerm) {
  Says("node1", "node1", 3);
  Says("node2", "node2", 4);
  Says("node3", "node2", 4);
  EXPECT_EQ(store_.WaitForLeader(Within(1s)).name(), "node2");
}

TEST_F(StoreWaits, DoNotTakeALeaderOfAnotherTermThanItsFollowers) {
  Says("node1", "node1", 3);
  Says("node2", "node1", 2);
  Says("node3", "node1", 2);
  EXPECT_NE(TimeoutOfLeader(), "");
}

TEST_F(StoreWaits, WaitUntilALeaderComes) {
  int asked = 0;
  store_.status = [&](Node& node, Deadline) -> MemberStatus {
    if (++asked <= 3) throw CommandError("not yet");
    return {.leader = "node1", .term = 1, .is_leader = node.name() == "node1"};
  };
  EXPECT_EQ(store_.WaitForLeader(Within(5s)).name(), "node1");
  EXPECT_EQ(asked, 6);
}

TEST_F(StoreWaits, DoNotTakeTheOldLeaderForANewOne) {
  for (const char* node : {"node1", "node2", "node3"}) Says(node, "node1", 3);
  const std::string message = TimeoutOf(
      [&](Deadline by) { store_.WaitForLeaderOtherThan(store_.node(1), by); });
  EXPECT_THAT(message, HasSubstr("a leader other than node1"));
  EXPECT_EQ(store_.WaitForLeaderOtherThan(store_.node(2), Within(1s)).name(),
            "node1");
}

TEST_F(StoreWaits, AgreeWhenAllSayTheSame) {
  for (const char* node : {"node1", "node2", "node3"}) Says(node, "node1", 3);
  EXPECT_NO_THROW(store_.WaitForAgreement(Within(1s)));
}

TEST_F(StoreWaits, DoNotAgreeWhileAMemberIsSilent) {
  Says("node2", "node2", 3);
  Says("node3", "node2", 3);
  EXPECT_THAT(TimeoutOfAgreement(), HasSubstr("node1: no answer"));
}

TEST_F(StoreWaits, DoNotAgreeWhileAMemberIsBehind) {
  for (const char* node : {"node1", "node2", "node3"}) Says(node, "node1", 3);
  answers_["node3"].revision = 4;
  EXPECT_THAT(TimeoutOfAgreement(), HasSubstr("node3: leader node1 term 3 "
                                              "revision 4"));
}

TEST_F(StoreWaits, AgreeUnderLoadOnceAllHaveWhatTheNewestHadAtTheCall) {
  // Each answer is one revision further, so no two members ever show the same.
  std::int64_t revision = 5;
  store_.status = [&](Node& node, Deadline) -> MemberStatus {
    return {.leader = "node1",
            .term = 1,
            .revision = ++revision,
            .is_leader = node.name() == "node1"};
  };
  EXPECT_NO_THROW(store_.WaitForAgreement(Deadline::After(5s)));
}

TEST_F(StoreWaits, DoNotAgreeAcrossTerms) {
  for (const char* node : {"node1", "node2", "node3"}) Says(node, "node1", 3);
  answers_["node2"].term = 2;
  EXPECT_NE(TimeoutOfAgreement(), "");
}

TEST_F(StoreWaits, AskEachMemberUnderACappedDeadline) {
  Duration longest{};
  store_.status = [&](Node& node, Deadline deadline) -> MemberStatus {
    longest = std::max(longest, deadline.Remaining());
    return {.leader = "node1", .term = 1, .is_leader = node.name() == "node1"};
  };
  store_.WaitForLeader(Within(60s));
  EXPECT_LE(longest, std::chrono::duration<double>(0.5 * TimeScale()));
}

}  // namespace
}  // namespace faultline
