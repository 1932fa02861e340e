#include <fmt/format.h>
#include <gmock/gmock.h>

#include <limits>

#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr char kMarker[] = "/var/lib/state/etcd/data/marker";

class MembershipFaults : public FaultTest {
 protected:
  // Ids of `member` as `other` lists them.
  std::vector<std::string> IdsOf(Node& member, Node& other) {
    std::vector<std::string> ids;
    for (const Member& listed : membership().Members(other, Within(10s)))
      if (listed.node == member.name()) ids.push_back(listed.id);
    return ids;
  }
  // Only a data directory that is made anew is without it.
  void MarkData(Node& member) {
    Run(member, fmt::format("touch {0} && sync {0}", kMarker));
  }
  bool HasMarkedData(Node& member) {
    return member.Execute(fmt::format("test -e {}", kMarker), Within(20s))
        .Succeeded();
  }
  // What the member's own copy holds.
  std::optional<std::string> LocalValue(Node& member) {
    return store()
        .Connect(member)
        ->Get("key", ReadMode::kLocal, Within(5s))
        .value;
  }
  std::string PidOf(Node& member) { return Run(member, "pgrep -x etcd"); }
  // Seconds since its service was started, by the guest's own clock.
  double AgeOfService(Node& member) {
    return std::stod(Run(
        member,
        "started=$(systemctl show --property=ExecMainStartTimestampMonotonic "
        "--value " +
            store().units(node(1)).front() +
            "); awk -v s=$started '{ print $1 - s / 1e6 }' /proc/uptime"));
  }
};

TEST_F(MembershipFaults, RemovedMemberIsOnNoListUntilItJoinsWithoutData) {
  FormCluster(3);
  ASSERT_EQ(Put(node(1)).outcome, Outcome::kOk);
  MarkData(node(1));
  const auto before = IdsOf(node(1), node(2));
  ASSERT_EQ(before.size(), 1U);

  ActiveFault removed = Inject("remove-member", {&node(1)});
  for (Node* other : {&node(2), &node(3)}) {
    EXPECT_EQ(IdsOf(node(1), *other).size(), 0U) << other->name();
    EXPECT_EQ(Put(*other).outcome, Outcome::kOk) << other->name();
  }
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kFail);
  EXPECT_TRUE(HasMarkedData(node(1)));

  removed.Heal(Within(60s));
  removed.WaitForRecovery(Within(30s));
  store().WaitForAgreement(Within(30s));
  const auto after = IdsOf(node(1), node(2));
  ASSERT_EQ(after.size(), 1U);
  EXPECT_NE(after, before);
  EXPECT_FALSE(HasMarkedData(node(1)));
  EXPECT_EQ(LocalValue(node(1)), "value");
  removed.Heal(Within(5s));
  EXPECT_EQ(IdsOf(node(1), node(2)), after) << "the second healing changed it";
}

TEST_F(MembershipFaults, LeaderThatLosesItsPowerCanBeRemovedAndComesBack) {
  FormCluster(3);
  Node& leader = store().WaitForLeader(Within(30s));
  Node& follower = *followers(leader).at(0);
  {
    const ActiveFault removed =
        Inject("remove-member", {&leader}, {{"by", "power"}});
    EXPECT_FALSE(leader.Running());
    EXPECT_EQ(membership().Members(follower, Within(10s)).size(), 2U);
    EXPECT_EQ(Put(follower).outcome, Outcome::kOk);
  }
  store().WaitForAgreement(Within(30s));
  EXPECT_EQ(membership().Members(follower, Within(10s)).size(), 3U);
  EXPECT_EQ(LocalValue(leader), "value");
}

TEST_F(MembershipFaults, ReplacedMemberIsAnotherOneWithTheSameHistory) {
  FormCluster(3);
  ASSERT_EQ(Put(node(2)).outcome, Outcome::kOk);
  MarkData(node(2));
  const auto before = IdsOf(node(2), node(3));

  ActiveFault replaced = Inject("replace-member", {&node(2)});
  const auto during = IdsOf(node(2), node(3));
  ASSERT_EQ(during.size(), 1U);
  EXPECT_NE(during, before);
  EXPECT_FALSE(HasMarkedData(node(2)));

  replaced.Heal(Within(60s));
  replaced.WaitForRecovery(Within(30s));
  EXPECT_EQ(IdsOf(node(2), node(1)), during);
  store().WaitForAgreement(Within(30s));
  EXPECT_EQ(LocalValue(node(2)), "value");
}

TEST_F(MembershipFaults, RollingRestartMakesEachProcessANewOneInOrder) {
  FormCluster(3);
  const std::vector<Node*> order = {&node(3), &node(1), &node(2)};
  std::vector<std::string> before;
  before.reserve(order.size());
  for (Node* member : order) before.push_back(PidOf(*member));

  for (const char* by : {"terminate", "kill"}) {
    ActiveFault rolling = Inject("rolling-restart", order, {{"by", by}});
    double older = std::numeric_limits<double>::max();
    for (std::size_t i = 0; i < order.size(); ++i) {
      EXPECT_NE(PidOf(*order[i]), before[i]) << by << " " << order[i]->name();
      before[i] = PidOf(*order[i]);
      const double age = AgeOfService(*order[i]);
      EXPECT_LT(age, older) << by << " " << order[i]->name();
      older = age;
    }
    rolling.Heal(Within(20s));
    rolling.WaitForRecovery(Within(30s));
  }
  store().WaitForAgreement(Within(30s));
}

TEST_F(MembershipFaults, MemberThatEndsAtItsFirstStartIsNamedWithItsJournal) {
  BootNodes(3);
  Run(node(2),
      "printf '#!/bin/sh\necho no room for the log >&2\nexit 1\n' >/run/etcd "
      "&& chmod 755 /run/etcd && mount --bind /run/etcd "
      "\"$(readlink -f \"$(command -v etcd)\")\"");
  EXPECT_THAT(
      [&] { store().Form({&node(1), &node(2), &node(3)}, Within(60s)); },
      ThrowsMessage<Error>(AllOf(HasSubstr("node2: etcd ended at its first"),
                                 HasSubstr("no room for the log"))));
}

TEST_F(MembershipFaults, NodeThatIsNoMemberCannotBeRemoved) {
  BootNodes(3);
  store().Form({&node(1), &node(2)}, Within(60s));
  EXPECT_THROW(Inject("remove-member", {&node(3)}), NoEffectError);
}

TEST_F(MembershipFaults, WithoutAMajorityNothingIsDone) {
  FormCluster(3);
  const std::string pid = PidOf(node(1));
  const ActiveFault killed = Inject("process-kill", {&node(2)});
  EXPECT_THAT(
      [&] {
        InjectFault(fault_context(), recorder(),
                    {.kind = "remove-member", .targets = {"node1"}},
                    Within(5s));
      },
      ThrowsMessage<TimeoutError>(
          AllOf(HasSubstr("node1: a majority without it"),
                HasSubstr("node2 follows nobody or does not answer"))));
  EXPECT_EQ(PidOf(node(1)), pid);
  EXPECT_EQ(membership().Members(node(3), Within(10s)).size(), 3U);
}

// What is asked of a leader that nobody follows any more comes to nothing.
TEST_F(MembershipFaults, MemberThatALostLeaderCouldNotRemoveStaysWithItsData) {
  FormCluster(3);
  store().TransferLeadership(node(2), Within(20s));
  MarkData(node(1));
  ActiveFault isolated = Inject("isolate", {&node(2)});
  EXPECT_THROW(
      InjectFault(fault_context(), recorder(),
                  {.kind = "remove-member", .targets = {"node1"}}, Within(5s)),
      TimeoutError);
  isolated.Heal(Within(20s));
  store().WaitForAgreement(Within(60s));
  EXPECT_EQ(membership().Members(node(3), Within(10s)).size(), 3U);
  EXPECT_TRUE(HasMarkedData(node(1)));
}

}  // namespace
}  // namespace faultline
