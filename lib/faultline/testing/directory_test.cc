#include "faultline/testing/directory_test.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/history/directory_operations.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

}  // namespace

DirectoryTest::~DirectoryTest() = default;

void DirectoryTest::TearDown() {
  clients_.clear();
  ServiceTest::TearDown();
}

void DirectoryTest::FormDirectory(const ServiceBinding& binding,
                                  const NodeSpecs& nodes,
                                  const DirectoryTraffic& traffic) {
  traffic_ = traffic;
  BootService(binding, nodes);
  directory().Form(cluster().nodes(), Within(60s));
  directory().AddAccounts(provider(1), AccountsFor(traffic), Within(60s));
  directory().WaitForConvergence(Within(30s));
}

Workload& DirectoryTest::StartTraffic(const WorkloadOptions& options) {
  return StartLoad(std::make_shared<DirectoryDriver>(directory(), traffic_),
                   options);
}

bool DirectoryTest::Granted(Node& node, const std::string& function,
                            const std::string& account,
                            const std::string& input) {
  auto& client = clients_[&node];
  // Twice: its last connection may not have outlived a fault.
  if (!client) client = directory().Connect({&node, &node});
  Operation operation = MakeCall(function, account, input);
  operation.process = recorder().NewProcess();
  const std::int64_t token = recorder().Invoke(operation);
  InvokeOn(*client, operation, Within(5s));
  recorder().Complete(token, operation);
  if (operation.outcome != Outcome::kOk) throw CommandError(operation.error);
  return WasGranted(operation);
}

std::vector<std::string> DirectoryTest::PasswordsOf(
    const std::string& account) {
  std::vector<std::string> passwords{"p0"};
  for (const Operation& operation : history().operations)
    if (operation.key == account && SetsPassword(*operation.call))
      passwords.push_back(NewPasswordOf(*operation.call));
  return {passwords.rbegin(), passwords.rend()};
}

std::vector<std::string> DirectoryTest::GrantedPasswords(
    Node& node, const std::string& account) {
  StopLoad();
  TakeHistory();
  std::vector<std::string> granted;
  for (const std::string& password : PasswordsOf(account))
    if (Granted(node, kAuthenticate, account, password))
      granted.push_back(password);
  TakeHistory();
  return granted;
}

void DirectoryTest::HealAndConverge(ActiveFault& fault) {
  fault.Heal(Within(kHealLimit));
  const Duration bound = directory().ConvergenceBound();
  const std::int64_t healed = recorder().Now();
  directory().WaitForConvergence(Deadline::After(bound));
  RecordFact("converged after", ToText(std::chrono::milliseconds(
                                    (recorder().Now() - healed) / 1'000'000)));
  RecordFact("convergence bound", ToText(bound));
}

void DirectoryTest::TakeHistory() {
  evidence().history = std::make_shared<const History>(recorder().Snapshot());
}

void DirectoryTest::ReadAccounts() {
  StopLoad();
  TakeHistory();
  directory().WaitForConvergence(Within(directory().ConvergenceBound()));
  for (const Operation& operation : history().operations)
    if (operation.call->function != kAuthenticate)
      changed_.insert(operation.key);
  for (Node* node : directory().nodes())
    for (const std::string& account : changed_)
      Granted(*node, kAuthenticate, account, PasswordsOf(account).front());
  for (const std::string& account : changed_)
    Granted(provider(1), kEnable, account);
  directory().WaitForConvergence(Within(directory().ConvergenceBound()));
  for (const std::string& account : changed_) {
    for (Node* node : directory().nodes()) {
      const std::vector<std::string> granted = GrantedPasswords(*node, account);
      EXPECT_THAT(granted, testing::SizeIs(1)) << node->name() << account;
      if (granted.empty()) continue;
      const auto [known, first] = finals_.try_emplace(account, granted.front());
      EXPECT_EQ(known->second, granted.front()) << node->name() << account;
    }
  }
}

Verdict DirectoryTest::JudgeDirectory() {
  StopLoad();
  TakeHistory();
  return Judge({.model = "directory", .logs_show_values = false});
}

Verdict DirectoryTest::JudgeUpdates() {
  return Record(CheckUpdates(history(), finals_));
}

}  // namespace faultline
