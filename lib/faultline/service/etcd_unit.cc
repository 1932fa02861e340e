#include "faultline/service/etcd_unit.h"

#include "faultline/base/error.h"

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

}  // namespace faultline
