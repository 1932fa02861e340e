#pragma once

#include <string>

#include "faultline/cluster/node.h"

namespace faultline {

// The etcd of one guest as its service manager sees it: unit
// faultline-etcd.service, configuration and data below /var/lib/state/etcd.
// Errors are those of Node::Succeed.
inline constexpr char kEtcdUnit[] = "faultline-etcd.service";
inline constexpr char kEtcdDataDirectory[] = "/var/lib/state/etcd/data";

// Removes the data of an earlier cluster, writes the configuration, so that it
// survives a power cut, and starts etcd. Does not wait until it answers.
void FormEtcdUnit(Node& node, const std::string& config, Deadline deadline);
// Starts it as it was configured.
// Does not wait until etcd answers.
void StartEtcdUnit(Node& node, Deadline deadline);
// SIGKILL to the main process; waits until the unit has stopped.
void KillEtcdUnit(Node& node, Deadline deadline);
// The systemd state: "active", "failed", ...
std::string EtcdUnitState(Node& node, Deadline deadline);
// The last lines of its journal in one, for a message.
std::string EtcdUnitJournalTail(Node& node, Deadline deadline);

}  // namespace faultline
