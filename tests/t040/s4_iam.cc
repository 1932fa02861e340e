#include <fmt/format.h>

#include "faultline/history/directory_operations.h"
#include "iam.h"

namespace faultline {

using std::chrono_literals::operator""s;

void IAM::Form(int providers, const DirectoryTraffic& traffic) {
  FormDirectory(
      {.role = "IAM",
       .ports = {kOpenldapPort},
       .make = [](Cluster& cluster) { return MakeOpenldap(cluster); }},
      {providers, {.services = {"openldap"}}}, traffic);
}

Duration IAM::FailOverBound(const DirectoryClientOptions& client) {
  return Scaled(2 * client.attempt) + 2 * kProbed.probe_interval;
}

void IAM::FailsOver(const std::string& kind) {
  const DirectoryTraffic traffic{.writers = 1,
                                 .writers_read = false,
                                 .client = {.over_data_network = true}};
  Form(2, traffic);
  Workload& load = StartTraffic(kProbed);
  load.WaitForAcknowledged(30, Within(30s));
  ActiveFault fault = Inject(kind, {&provider(1)});
  load.WaitForAcknowledged(30, Within(30s));
  fault.Heal(Within(kHealLimit));
  fault.WaitForRecovery(Within(kHealLimit));
  load.WaitForAcknowledged(30, Within(30s));
  ReadAccounts();
  EXPECT_THAT(JudgeDirectory(), Holds());
  EXPECT_THAT(JudgeUpdates(), Holds());
  EXPECT_THAT(JudgeOutages(FailOverBound(traffic.client)), Holds());
}

void IAM::ChangeThreeTimes(Node& node, const std::string& account,
                           const std::string& name) {
  std::string before = "p0";
  for (int change = 1; change <= 3; ++change) {
    const std::string fresh = fmt::format("{}{}", name, change);
    ASSERT_TRUE(Granted(node, kChangePassword, account,
                        PasswordsOfChange(before, fresh)))
        << node.name() << ": " << fresh;
    before = fresh;
  }
}

}  // namespace faultline
