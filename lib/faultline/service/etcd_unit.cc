#include "faultline/service/etcd_unit.h"

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"

namespace faultline {
namespace {

constexpr char kLogDirectory[] = "/var/lib/state/etcd/data/member/wal";
constexpr char kConfigPath[] = "/var/lib/state/etcd/etcd.yaml";

// An emulated guest works an eighth less until its etcd answers than if it were
// asked over SSH. Callers need not know: what fails is worth another try.
template <typename Request>
auto AskAgent(Node& node, Request request) {
  try {
    return request(*node.machine().agent());
  } catch (const MachineError& error) {
    throw CommandError(error.what());
  }
}

}  // namespace

void ConfigureEtcdUnit(Node& node, const std::string& config,
                       Deadline deadline) {
  AskAgent(node, [&](GuestAgent& agent) {
    agent.RenewState(kEtcdUnit, kConfigPath, config, deadline);
  });
}

void ConfigureEtcdUnitBehindGate(Node& node, const std::string& config,
                                 Deadline deadline) {
  ConfigureEtcdUnit(node, config, deadline);
  AskAgent(node, [&](GuestAgent& agent) {
    agent.PutGateBefore(kConfigPath, deadline);
  });
}

bool OpenGateOfEtcdUnit(Node& node, Duration at_most, Deadline deadline) {
  return AskAgent(node, [&](GuestAgent& agent) {
    return agent.OpenGate(kConfigPath, at_most, deadline);
  });
}

void StartNewEtcdUnit(Node& node, Deadline deadline) {
  AskAgent(node,
           [&](GuestAgent& agent) { agent.StartUnit(kEtcdUnit, deadline); });
}

bool WaitForEtcdToAskOthers(Node& node, Duration at_most, Deadline deadline) {
  return AskAgent(node, [&](GuestAgent& agent) {
    return agent.WaitForFile(kLogDirectory, at_most, deadline);
  });
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
