#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/workload/directory/directory_driver.h"

namespace faultline {

// The accounts that the writer of that number (1-based) changes.
std::vector<std::string> AccountsOf(int writer,
                                    const DirectoryTraffic& traffic);

// Changes accounts of its own. It remembers what it was told; where it was told
// nothing, it has the password reset. Each password is new.
class AccountWriter : public LoadClient {
 public:
  AccountWriter(int number, const LoadDriver::Seat& seat,
                const DirectoryTraffic& traffic,
                std::unique_ptr<DirectoryClient> client);

  void Connect() override {}
  Operation Next() override;
  void Invoke(Operation& operation) override;
  void Completed(const Operation& operation) override;
  std::string target() const override { return client_->server(); }

 private:
  Operation Blind(const std::string& account);
  std::string NewPassword();

  const int number_;
  const bool reads_;
  const Duration request_timeout_;
  RandomStream random_;
  const std::unique_ptr<DirectoryClient> client_;
  std::vector<std::string> accounts_;
  // Absent: nobody told.
  std::map<std::string, std::optional<std::string>> passwords_;
  int made_ = 0;
};

}  // namespace faultline
