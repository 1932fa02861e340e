#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/service/ovsdb/cluster_status.h"

namespace faultline {

// The crash points and other tests that every ovsdb-server has built in: what
// `cluster/failure-test` takes. "clear" takes back those that do not crash.
const std::vector<std::string>& OvsdbFailureTests();

// One member's control socket, over which it is asked and told what no client
// of its database may. Each call connects anew. Every call throws CommandError
// that names the node, the command and the answer if the member refuses or does
// not answer by the deadline. Thread-safe.
class OvsdbControl {
 public:
  // `address`: "unix:/run/x.ctl", or "127.0.0.1:1234" where a port leads to it.
  OvsdbControl(std::string node, std::string address, std::string database);

  OvsdbClusterStatus Status(Deadline deadline) const;
  // The member leaves, asynchronously: `Status` is refused ("unknown cluster")
  // once it has. It can come back only as a new member.
  void Leave(Deadline deadline) const;
  // Removes another member; `id` as Status shows it, or more of it. On the
  // leader it returns when that is done; a follower forwards it and returns.
  void Kick(const std::string& id, Deadline deadline) const;
  // To be told to the leader; at most twice the present timer, 100 ms at least.
  void ChangeElectionTimer(std::int64_t milliseconds, Deadline deadline) const;
  void FailureTest(const std::string& name, Deadline deadline) const;
  // The leader hands over to another member of its choice.
  void TransferLeadership(Deadline deadline) const {
    FailureTest("transfer-leadership", deadline);
  }

  // Any command of `ovs-appctl`; its answer.
  std::string Run(const std::string& command,
                  const std::vector<std::string>& arguments,
                  Deadline deadline) const;

 private:
  const std::string node_;
  const std::string address_;
  const std::string database_;
};

}  // namespace faultline
