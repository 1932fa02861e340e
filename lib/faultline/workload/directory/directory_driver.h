#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "faultline/service/directory/directory.h"
#include "faultline/workload/load_driver.h"

namespace faultline {

// What the clients of a load on a directory do. The first `writers` of them
// change accounts of their own ("w1-1": the first account of writer 1), each
// account by one client alone; the others authenticate as `readers` accounts
// ("r1", ...), which nobody changes.
struct DirectoryTraffic {
  int readers = 4;
  // Accounts that readers authenticate as, too, and that the test changes.
  std::vector<std::string> others = {};
  int writers = 0;
  int accounts_a_writer = 2;
  // Writers authenticate as their accounts, too, and change passwords by the
  // old one. Otherwise they only do what never depends on what was there:
  // reset, disable, enable.
  bool writers_read = true;
  // Some authentications of readers have other credentials than the account's:
  // the passwords "wrong" and "empty", and "nobody", without an account.
  bool wrong_credentials = true;
  DirectoryClientOptions client = {};
  Duration request_timeout = std::chrono::seconds(3);
  // The servers of a client, in its order; absent: all, the first node first.
  std::function<std::vector<Node*>(const LoadDriver::Seat& seat)> servers = {};
};

// The accounts that this traffic needs, with the password "p0".
std::vector<DirectoryAccount> AccountsFor(const DirectoryTraffic& traffic);

// Load on a directory; its operations are those of
// history/directory_operations.h. One probe
// authenticates as "probe" at the fixed rate, by a client with all servers in
// the order of the nodes.
class DirectoryDriver : public LoadDriver {
 public:
  DirectoryDriver(Directory& directory, DirectoryTraffic traffic);

  std::string name() const override { return directory_.name(); }
  std::vector<Node*> nodes() const override { return directory_.nodes(); }
  std::unique_ptr<LoadClient> MakeClient(const Seat& seat) override;
  std::unique_ptr<NodeProbe> MakeProbe(Node& node) override;

 private:
  Directory& directory_;
  const DirectoryTraffic traffic_;
  int clients_ = 0;
};

// Carries out one operation on an account, and fills in how it ended.
void InvokeOn(DirectoryClient& client, Operation& operation, Deadline deadline);

}  // namespace faultline
