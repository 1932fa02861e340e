#include "faultline/service/etcd_unit.h"

#include <algorithm>

#include "faultline/base/eventually.h"
#include "faultline/remote/shell_text.h"

namespace faultline {
namespace {

constexpr char kConfigPath[] = "/var/lib/state/etcd/etcd.yaml";

}  // namespace

// One round trip, and few processes: under emulation each costs as much as all
// that they do.
void FormEtcdUnit(Node& node, const std::string& config, Deadline deadline) {
  node.Succeed(
      "[ ! -e /var/lib/state/etcd ] || { "
      "systemctl stop faultline-etcd.service && "
      "rm -rf /var/lib/state/etcd; } && "
      "mkdir -m 0700 /var/lib/state/etcd && umask 077 && printf %s " +
          ShellQuote(config) + " >" + kConfigPath +
          // A member that loses its power soon would find an empty file, and
          // start as a cluster of its own.
          " && sync -f /var/lib/state && systemctl start --no-block "
          "faultline-etcd.service",
      deadline);
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
