#include "faultline/service/etcd_unit.h"

#include <algorithm>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

constexpr char kConfigPath[] = "/var/lib/state/etcd/etcd.yaml";

}  // namespace

void ConfigureEtcdUnit(Node& node, const std::string& config,
                       Deadline deadline) {
  node.Succeed(
      "systemctl stop faultline-etcd.service && "
      "install -d -m 0700 /var/lib/state/etcd && "
      "rm -rf /var/lib/state/etcd/data",
      deadline);
  node.Upload(config, kConfigPath, 0600, deadline);
  // A member that loses its power soon would find an empty file, and start as
  // a cluster of its own.
  node.Succeed("sync -f /var/lib/state/etcd", deadline);
}

void StartEtcdUnit(Node& node, Deadline deadline) {
  // A unit that has failed often is refused by its start limit until reset.
  node.Succeed(
      "systemctl reset-failed faultline-etcd.service; "
      "systemctl start --no-block faultline-etcd.service",
      deadline);
}

void KillEtcdUnit(Node& node, Deadline deadline) {
  node.Succeed("systemctl kill -s KILL --kill-who=main faultline-etcd.service",
               deadline);
  Eventually(deadline, node.name() + ": etcd to be gone after SIGKILL",
             [&](LastSeen& seen) {
               const std::string state = EtcdUnitState(node, deadline);
               seen.Set(state);
               return state == "failed" || state == "inactive";
             });
}

std::string EtcdUnitState(Node& node, Deadline deadline) {
  std::string state =
      node.Execute("systemctl is-active faultline-etcd.service", deadline)
          .standard_output;
  state.erase(state.find_last_not_of(" \n") + 1);
  return state;
}

std::string EtcdUnitJournalTail(Node& node, Deadline deadline) {
  std::string tail =
      node.Execute(
              "journalctl --unit faultline-etcd.service --output cat "
              "--no-pager --lines 3",
              deadline)
          .standard_output;
  std::ranges::replace(tail, '\n', ' ');
  return tail;
}

}  // namespace faultline
