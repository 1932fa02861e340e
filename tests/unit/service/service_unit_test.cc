#include "faultline/service/service_unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/service/managed_service.h"
#include "support/fake_remote.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

std::string Kill(const std::string& unit) {
  return "systemctl kill --signal=KILL --kill-who=main " + unit;
}
std::string Terminate(const std::string& unit) {
  return "systemctl kill --signal=TERM --kill-who=main " + unit;
}
std::string IsActive(const std::string& unit) {
  return "systemctl is-active " + unit;
}

class ServiceUnit : public ::testing::Test {
 protected:
  std::unique_ptr<FakeRemote> owned_ = std::make_unique<FakeRemote>();
  FakeRemote* const remote_ = owned_.get();
  Node node_{
      NodeIdentity{.name = "node1", .index = 1, .data_address = "192.0.2.1"},
      nullptr, std::move(owned_)};
};

TEST_F(ServiceUnit, IsGoneWhenKillReturns) {
  remote_->Answer(Kill("a.service"), 0);
  remote_->Answer(IsActive("a.service"), 0, "active\n");
  remote_->Answer(IsActive("a.service"), 3, "failed\n");
  KillUnits(node_, {"a.service"}, Within(5s));
  EXPECT_EQ(remote_->commands().size(), 3U);
}

TEST_F(ServiceUnit, OfSeveralAllAreKilledAtOnceAndEndInOrderBackwards) {
  for (const char* unit : {"a.service", "b.service"}) {
    remote_->Answer(Kill(unit), 0);
    remote_->Answer(Terminate(unit), 0);
    remote_->Answer(IsActive(unit), 3, "inactive\n");
  }
  KillUnits(node_, {"a.service", "b.service"}, Within(5s));
  TerminateUnits(node_, {"a.service", "b.service"}, Within(5s));
  EXPECT_THAT(remote_->commands(),
              ElementsAre(Kill("a.service"), Kill("b.service"),
                          IsActive("a.service"), IsActive("b.service"),
                          Terminate("b.service"), IsActive("b.service"),
                          Terminate("a.service"), IsActive("a.service")));
}

TEST_F(ServiceUnit, ThatDoesNotDieIsATimeoutWithItsState) {
  remote_->Answer(Kill("a.service"), 0);
  remote_->Answer(IsActive("a.service"), 3, "deactivating\n");
  EXPECT_THAT([&] { KillUnits(node_, {"a.service"}, Deadline::After(50ms)); },
              ThrowsMessage<TimeoutError>(
                  AllOf(HasSubstr("node1: a.service to be gone after SIGKILL"),
                        HasSubstr("last seen: deactivating"))));
}

TEST_F(ServiceUnit, GetsARestartPolicyOfItsOwnAndLosesItAgain) {
  const std::string set =
      "mkdir -p /run/systemd/system/a.service.d && "
      "printf '[Unit]\\nStartLimitIntervalSec=60\\nStartLimitBurst=3\\n"
      "[Service]\\nRestart=always\\nRestartSec=0.1\\n' "
      ">/run/systemd/system/a.service.d/faultline-restart.conf && "
      "systemctl daemon-reload";
  const std::string drop =
      "rm -f /run/systemd/system/a.service.d/faultline-restart.conf && "
      "systemctl daemon-reload";
  remote_->Answer(set, 0);
  remote_->Answer(drop, 0);
  SetRestartPolicy(node_, {"a.service"}, {.most_starts = 3, .interval = 60s},
                   Within(5s));
  DropRestartPolicy(node_, {"a.service"}, Within(5s));
  EXPECT_THAT(remote_->commands(), ElementsAre(set, drop));
}

TEST_F(ServiceUnit, TellsWhatItsSupervisorSays) {
  remote_->Answer(
      "systemctl show --property=ActiveState,Result,NRestarts,MainPID "
      "a.service",
      0,
      "MainPID=0\nNRestarts=5\nResult=start-limit-hit\nActiveState=failed\n");
  const SupervisedState state = AskSupervisor(node_, "a.service", Within(5s));
  EXPECT_EQ(state.restarts, 5);
  EXPECT_EQ(state.main_pid, "0");
  EXPECT_TRUE(state.GaveUp());
  EXPECT_EQ(ToText(state), "failed, 5 restarts, result start-limit-hit");
}

TEST_F(ServiceUnit, ThatRefusesToStartIsAnErrorOfTheNode) {
  remote_->Answer(
      "systemctl reset-failed a.service b.service; "
      "systemctl start --no-block a.service b.service",
      5);
  EXPECT_THROW(StartUnits(node_, {"a.service", "b.service"}, Within(5s)),
               CommandError);
}

TEST_F(ServiceUnit, JournalTailIsOneLine) {
  remote_->Answer(
      "journalctl --unit a.service --output cat --no-pager --lines 3", 0,
      "one\ntwo\n");
  EXPECT_EQ(UnitJournalTail(node_, "a.service", Within(5s)), "one two ");
}

// A service of two processes a node, which states nothing but what it must.
class TwoProcesses : public ManagedService {
 public:
  explicit TwoProcesses(Node& node) : nodes_{&node} {}

  std::string name() const override { return "pair 1.0"; }
  std::vector<std::pair<std::string, std::string>> settings() const override {
    return {};
  }
  std::string configuration() const override { return name(); }
  Capabilities capabilities() const override { return {}; }
  std::vector<std::string> units(const Node&) const override {
    return {"a.service", "b.service"};
  }
  std::vector<Node*> nodes() const override { return nodes_; }
  Cluster& cluster() override { throw UsageError("no cluster"); }
  void Form(const std::vector<Node*>&, Deadline) override {}
  void Attach(const std::vector<Node*>&, Deadline) override {}
  void RequireAnswer(Node& node, Deadline deadline) override {
    node.Succeed("ask", deadline);
  }

 private:
  const std::vector<Node*> nodes_;
};

TEST_F(ServiceUnit, OfAServiceIsStartedAndKilledByDefault) {
  TwoProcesses service(node_);
  for (const char* unit : {"a.service", "b.service"}) {
    remote_->Answer(Kill(unit), 0);
    remote_->Answer(IsActive(unit), 3, "failed\n");
  }
  remote_->Answer(
      "systemctl reset-failed a.service b.service; "
      "systemctl start --no-block a.service b.service",
      0);
  service.Kill(node_, Within(5s));
  service.Start(node_, Within(5s));
  EXPECT_EQ(remote_->commands().size(), 5U);
}

TEST_F(ServiceUnit, ServiceHasAnswersAndNoControlsUnlessItSaysSo) {
  TwoProcesses service(node_);
  remote_->Answer("ask", 1);
  remote_->Answer("ask", 0);
  EXPECT_FALSE(service.Answers(node_, Within(1s)));
  EXPECT_TRUE(service.Answers(node_, Within(1s)));
  service.WaitUntilSettled(Within(1s));
  EXPECT_TRUE(service.RunsOn(node_));
  EXPECT_EQ(service.leadership(), nullptr);
  EXPECT_EQ(service.membership(), nullptr);
}

TEST(Capabilities, MissingOnesAreNamedInOrder) {
  const Capabilities has = {capability::kWatch, capability::kLeader};
  EXPECT_THAT(MissingFrom(has, {capability::kLeader}), IsEmpty());
  EXPECT_THAT(MissingFrom(has, {capability::kWatch, capability::kTransactions,
                                capability::kFencing}),
              ElementsAre(capability::kFencing, capability::kTransactions));
}

TEST(Gap, HasOneLineAndItsValueInTheError) {
  const Gap gap{.capability = capability::kFencing,
                .needed_by = "scenario HostLost",
                .service = "libvirt 9"};
  EXPECT_EQ(ToText(gap), "gap: fencing");
  try {
    throw GapError(gap);
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "gap: fencing: scenario HostLost needs it, libvirt 9 does not "
                 "have it");
  }
  EXPECT_EQ(GapError(gap).gap(), gap);
}

}  // namespace
}  // namespace faultline
