// T040 step 4: identities. Clients with a list of servers go on when a provider
// of the directory fails, and what was acknowledged is there when it is back.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "faultline/history/directory_operations.h"
#include "iam.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// A client to the provider that its seat is at, and no other.
std::vector<Node*> ItsOwn(const LoadDriver::Seat& seat) { return {&seat.node}; }

SERVICE_TEST_F(IAM, IamFailsOver) { FailsOver("process-kill"); }
SERVICE_TEST_F(IAM, IamFailsOverAfterAPowerCut) { FailsOver("power-cut"); }
SERVICE_TEST_F(IAM, IamFailsOverFromAPausedProvider) {
  FailsOver("process-pause");
}
SERVICE_TEST_F(IAM, IamFailsOverFromAFrozenProvider) { FailsOver("freeze"); }
SERVICE_TEST_F(IAM, IamFailsOverFromAnIsolatedProvider) {
  FailsOver("isolate");
}

SERVICE_TEST_F(IAM, OneProviderIsLinearizableAcrossAPowerCut) {
  // Given clients that all speak to the first of two providers,
  const DirectoryTraffic traffic{.writers = 2, .servers = [this](const auto&) {
                                   return std::vector<Node*>{&provider(1)};
                                 }};
  Form(2, traffic);
  Workload& load = StartTraffic(kProbed);
  load.WaitForAcknowledged(60, Within(60s));
  // when it loses its power and comes back,
  ActiveFault cut = Inject("power-cut", {&provider(1)});
  cut.Heal(Within(kHealLimit));
  cut.WaitForRecovery(Within(kHealLimit));
  load.WaitForAcknowledged(60, Within(60s));
  // then every answer fits what was acknowledged, there and on the other one.
  ReadAccounts();
  EXPECT_THAT(JudgeDirectory(), Holds());
  EXPECT_THAT(JudgeUpdates(), Holds());
}

SERVICE_TEST_F(IAM, IamReplicationConverges) {
  // Given three providers, each with a writer of its own,
  const DirectoryTraffic traffic{.writers = 3, .servers = ItsOwn};
  Form(3, traffic);
  Workload& load = StartTraffic(kProbed);
  load.WaitForAcknowledged(60, Within(60s));
  // when one of them no longer hears the others, and all take changes,
  ActiveFault cut = Inject("isolate", {&provider(3)});
  load.WaitForAcknowledged(90, Within(60s));
  StopLoad();
  // then all hold the same soon after they hear each other, and everything.
  HealAndConverge(cut);
  ReadAccounts();
  EXPECT_THAT(JudgeDirectory(), Holds());
  EXPECT_THAT(JudgeUpdates(), Holds());
}

SERVICE_TEST_F(IAM, DisabledAccountStaysDisabled) {
  // Given two providers that do not hear each other,
  Form(2, {.others = {"ada"}, .wrong_credentials = false});
  ActiveFault cut = Inject("isolate", {&provider(2)});
  // when an account is disabled on one of them, and gets another password on
  // the other one, where it is enabled still,
  const auto first = directory().Connect({&provider(1)});
  const auto second = directory().Connect({&provider(2)});
  ASSERT_TRUE(first->SetEnabled("ada", false, Within(5s)).granted);
  EXPECT_TRUE(
      second->ChangePassword("ada", {"p0"}, {"p1"}, Within(5s)).granted);
  // then, once they hear each other, it is disabled on both, with either
  // password,
  HealAndConverge(cut);
  ASSERT_TRUE(Granted(provider(1), kDisable, "ada"));
  ASSERT_TRUE(Granted(provider(1), kResetPassword, "ada", "p0"));
  directory().WaitForConvergence(Within(30s));
  // and stays so while providers fail.
  Workload& load = StartTraffic(kProbed);
  for (const char* kind : {"process-kill", "isolate"}) {
    for (int index : {1, 2}) {
      ActiveFault fault = Inject(kind, {&provider(index)});
      load.WaitForAcknowledged(20, Within(30s));
      fault.Heal(Within(kHealLimit));
      fault.WaitForRecovery(Within(kHealLimit));
    }
  }
  StopLoad();
  for (Node* node : directory().nodes())
    for (const char* password : {"p0", "p1"})
      EXPECT_FALSE(Granted(*node, kAuthenticate, "ada", password));
  EXPECT_THAT(JudgeDirectory(), Holds());
}

// The control: what is promised of one writer is not promised of two.
SERVICE_TEST_F(IAM, UpdatesLostFromBothSidesOfAPartitionAreListed) {
  // Given two providers that do not hear each other,
  Form(2, {.others = {"ada"}});
  ActiveFault cut = Inject("isolate", {&provider(2)});
  // when both acknowledge changes of one account's password,
  ChangeThreeTimes(provider(1), "ada", "a");
  ChangeThreeTimes(provider(2), "ada", "b");
  // then those of one side are gone from each once it has heard of all, and are
  // listed. (Not always are they those of the same side.)
  cut.Heal(Within(kHealLimit));
  directory().WaitUntilSettled(Deadline::After(directory().ConvergenceBound()));
  for (Node* node : directory().nodes()) {
    const std::vector<std::string> granted = GrantedPasswords(*node, "ada");
    RecordFact("ada on " + node->name(),
               fmt::format("{}", fmt::join(granted, ", ")));
    ASSERT_THAT(granted, Not(IsEmpty()));
    const Verdict verdict =
        Record(CheckUpdates(history(), {{"ada", granted.front()}}));
    EXPECT_EQ(verdict.judgement, Judgement::kViolated);
    EXPECT_THAT(verdict.evidence, SizeIs(Ge(3)));
    EXPECT_THAT(verdict.evidence, Each(HasSubstr("ada: change ")));
  }
  EXPECT_EQ(JudgeDirectory().judgement, Judgement::kViolated);
}

// Its twin.
SERVICE_TEST_F(IAM, OneWriterLosesNoUpdateInAPartition) {
  // Given two providers that do not hear each other,
  Form(2, {.others = {"ada"}});
  ActiveFault cut = Inject("isolate", {&provider(2)});
  // when one of them takes changes, then nothing is lost.
  ChangeThreeTimes(provider(1), "ada", "a");
  HealAndConverge(cut);
  ReadAccounts();
  EXPECT_THAT(JudgeUpdates(), Holds());
  EXPECT_EQ(finals().at("ada"), "a3");
  EXPECT_THAT(JudgeDirectory(), Holds());
}

SERVICE_TEST_F(IAM, WrongCredentialsNeverSucceed) {
  // Given clients of each provider, half of whose credentials are wrong, empty
  // or nobody's,
  Form(2, {.servers = ItsOwn});
  Workload& load = StartTraffic(kProbed);
  load.WaitForAcknowledged(30, Within(30s));
  // before, while and after a provider fails,
  for (const char* kind : {"process-kill", "process-pause", "isolate"}) {
    ActiveFault fault = Inject(kind, {&provider(1)});
    load.WaitForAcknowledged(20, Within(60s));
    fault.Heal(Within(kHealLimit));
    fault.WaitForRecovery(Within(kHealLimit));
    load.WaitForAcknowledged(20, Within(60s));
  }
  // then they are never granted, and the right ones always are.
  EXPECT_THAT(JudgeDirectory(), Holds());
  EXPECT_GT(std::ranges::count_if(history().operations,
                                  [](const Operation& operation) {
                                    return operation.outcome == Outcome::kOk &&
                                           !WasGranted(operation);
                                  }),
            20);
}

}  // namespace
}  // namespace faultline
