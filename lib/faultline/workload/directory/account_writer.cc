#include "faultline/workload/directory/account_writer.h"

#include <fmt/format.h>

#include "faultline/history/directory_operations.h"

namespace faultline {

std::vector<std::string> AccountsOf(int writer,
                                    const DirectoryTraffic& traffic) {
  std::vector<std::string> names;
  for (int i = 1; i <= traffic.accounts_a_writer; ++i)
    names.push_back(fmt::format("w{}-{}", writer, i));
  return names;
}

AccountWriter::AccountWriter(int number, const LoadDriver::Seat& seat,
                             const DirectoryTraffic& traffic,
                             std::unique_ptr<DirectoryClient> client)
    : number_(number),
      reads_(traffic.writers_read),
      request_timeout_(traffic.request_timeout),
      random_(seat.random),
      client_(std::move(client)),
      accounts_(AccountsOf(number, traffic)) {
  for (const std::string& account : accounts_) passwords_[account] = "p0";
}

std::string AccountWriter::NewPassword() {
  return fmt::format("p{}-{}", number_, ++made_);
}

// What never depends on what was there.
Operation AccountWriter::Blind(const std::string& account) {
  switch (random_.Below(4)) {
    case 0:
      return MakeCall(kDisable, account);
    case 1:
      return MakeCall(kEnable, account);
    default:
      return MakeCall(kResetPassword, account, NewPassword());
  }
}

Operation AccountWriter::Next() {
  const std::string& account =
      accounts_[random_.Below(static_cast<int>(accounts_.size()))];
  const auto& password = passwords_[account];
  if (!password) return MakeCall(kResetPassword, account, NewPassword());
  if (!reads_) return Blind(account);
  switch (random_.Below(8)) {
    case 0:
      return MakeCall(kDisable, account);
    case 1:
    case 2:
      return MakeCall(kEnable, account);
    case 3:
    case 4:
      return MakeCall(kChangePassword, account,
                      PasswordsOfChange(*password, NewPassword()));
    case 5:
      return MakeCall(kAuthenticate, account, "wrong");
    default:
      return MakeCall(kAuthenticate, account, *password);
  }
}

void AccountWriter::Invoke(Operation& operation) {
  InvokeOn(*client_, operation, Within(request_timeout_));
}

void AccountWriter::Completed(const Operation& operation) {
  if (!SetsPassword(*operation.call)) return;
  auto& password = passwords_[operation.key];
  if (operation.outcome == Outcome::kUnknown) password.reset();
  if (WasGranted(operation)) password = NewPasswordOf(*operation.call);
}

}  // namespace faultline
