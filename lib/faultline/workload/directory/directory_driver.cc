#include "faultline/workload/directory/directory_driver.h"

#include <fmt/format.h>

#include "faultline/history/directory_operations.h"
#include "faultline/workload/directory/account_writer.h"

namespace faultline {
namespace {

constexpr char kProbeAccount[] = "probe";
constexpr char kEmpty[] = "empty";
constexpr char kNobody[] = "nobody";

DirectoryReply Carry(DirectoryClient& client, const Operation& operation,
                     Deadline deadline) {
  const std::string& account = operation.key;
  const Call& call = *operation.call;
  if (call.function == kAuthenticate) {
    // The account that nobody has, to say that there is none.
    const bool nobody = call.input == kNobody;
    const bool empty = nobody || call.input == kEmpty;
    return client.Authenticate(nobody ? "" : account, {empty ? "" : call.input},
                               deadline);
  }
  if (call.function == kChangePassword) {
    return client.ChangePassword(account, {OldPasswordOf(call)},
                                 {NewPasswordOf(call)}, deadline);
  }
  if (call.function == kResetPassword)
    return client.ResetPassword(account, {NewPasswordOf(call)}, deadline);
  return client.SetEnabled(account, call.function == kEnable, deadline);
}

// Authenticates as accounts that nobody changes.
class AccountReader : public LoadClient {
 public:
  AccountReader(const LoadDriver::Seat& seat, const DirectoryTraffic& traffic,
                std::unique_ptr<DirectoryClient> client)
      : random_(seat.random), traffic_(traffic), client_(std::move(client)) {}

  void Connect() override {}
  Operation Next() override {
    const auto others = static_cast<int>(traffic_.others.size());
    const int chosen = random_.Below(traffic_.readers + others);
    const std::string account = chosen < others
                                    ? traffic_.others[chosen]
                                    : fmt::format("r{}", 1 + chosen - others);
    return MakeCall(kAuthenticate, account, NextPassword());
  }
  void Invoke(Operation& operation) override {
    InvokeOn(*client_, operation, Within(traffic_.request_timeout));
  }
  std::string target() const override { return client_->server(); }

 private:
  std::string NextPassword() {
    if (!traffic_.wrong_credentials) return "p0";
    switch (random_.Below(8)) {
      case 0:
        return "wrong";
      case 1:
        return kEmpty;
      case 2:
        return kNobody;
      default:
        return "p0";
    }
  }

  RandomStream random_;
  const DirectoryTraffic traffic_;
  const std::unique_ptr<DirectoryClient> client_;
};

class AccountProbe : public NodeProbe {
 public:
  explicit AccountProbe(std::unique_ptr<DirectoryClient> client)
      : client_(std::move(client)) {}
  bool Try(std::int64_t /*tick*/, Deadline deadline) override {
    return client_->Authenticate(kProbeAccount, {"p0"}, deadline).granted;
  }

 private:
  const std::unique_ptr<DirectoryClient> client_;
};

}  // namespace

void InvokeOn(DirectoryClient& client, Operation& operation,
              Deadline deadline) {
  const DirectoryReply reply = Carry(client, operation, deadline);
  operation.outcome = reply.outcome;
  operation.error = reply.error;
  if (reply.outcome == Outcome::kOk)
    AnswerCall(operation, reply.granted ? kAnswerGranted : kAnswerRefused);
}

std::vector<DirectoryAccount> AccountsFor(const DirectoryTraffic& traffic) {
  std::vector<DirectoryAccount> accounts{{.name = kProbeAccount}};
  for (int i = 1; i <= traffic.readers; ++i)
    accounts.push_back({.name = fmt::format("r{}", i)});
  for (const std::string& name : traffic.others)
    accounts.push_back({.name = name});
  for (int writer = 1; writer <= traffic.writers; ++writer)
    for (const std::string& name : AccountsOf(writer, traffic))
      accounts.push_back({.name = name});
  return accounts;
}

DirectoryDriver::DirectoryDriver(Directory& directory, DirectoryTraffic traffic)
    : directory_(directory), traffic_(std::move(traffic)) {}

std::unique_ptr<LoadClient> DirectoryDriver::MakeClient(const Seat& seat) {
  const int number = ++clients_;
  auto client = directory_.Connect(
      traffic_.servers ? traffic_.servers(seat) : nodes(), traffic_.client);
  if (number <= traffic_.writers) {
    return std::make_unique<AccountWriter>(number, seat, traffic_,
                                           std::move(client));
  }
  return std::make_unique<AccountReader>(seat, traffic_, std::move(client));
}

std::unique_ptr<NodeProbe> DirectoryDriver::MakeProbe(Node& node) {
  if (&node != nodes().front()) return nullptr;
  return std::make_unique<AccountProbe>(
      directory_.Connect(nodes(), traffic_.client));
}

}  // namespace faultline
