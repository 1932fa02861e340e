#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "faultline/check/directory_updates.h"
#include "faultline/service/directory/directory.h"
#include "faultline/testing/service_test.h"
#include "faultline/workload/directory/directory_driver.h"

namespace faultline {

// The fixture of scenarios on a directory of accounts.
class DirectoryTest : public ServiceTest {
 public:
  ~DirectoryTest() override;

 protected:
  void TearDown() override;

  // Providers that hold the accounts of this traffic, all of them the same.
  void FormDirectory(const ServiceBinding& binding, const NodeSpecs& nodes,
                     const DirectoryTraffic& traffic);
  Directory& directory() { return static_cast<Directory&>(service()); }
  Node& provider(int index) { return cluster().node(index); }
  // That traffic on all of them.
  Workload& StartTraffic(const WorkloadOptions& options = {});

  // One operation of the test's own, on one provider over the control network;
  // recorded. Throws Error if it is not answered.
  bool Granted(Node& node, const std::string& function,
               const std::string& account, const std::string& input = {});

  // Ends the fault; then all providers hold the same within the directory's
  // ConvergenceBound, or TimeoutError says what differs. How long it took is a
  // fact of the report. Nobody may be changing anything.
  void HealAndConverge(ActiveFault& fault);

  // Ends the load, waits until all providers hold the same, and asks each of
  // them for each account that writers changed: first whether its last password
  // is granted, then, enabled, which password is. Providers that differ fail
  // the test.
  void ReadAccounts();
  // Of all passwords that the run gave to that account, those that this
  // provider grants, the last one first. Ends the load.
  std::vector<std::string> GrantedPasswords(Node& node,
                                            const std::string& account);
  // After ReadAccounts.
  const FinalPasswords& finals() const { return finals_; }

  // Ends the load; the history is linearizable as a directory.
  Verdict JudgeDirectory();
  // After JudgeDirectory and ReadAccounts.
  Verdict JudgeUpdates();

 private:
  std::vector<std::string> PasswordsOf(const std::string& account);
  void TakeHistory();

  DirectoryTraffic traffic_;
  std::map<const Node*, std::unique_ptr<DirectoryClient>> clients_;
  std::set<std::string> changed_;
  FinalPasswords finals_;
};

}  // namespace faultline
