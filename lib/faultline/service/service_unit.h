#pragma once

#include <string>
#include <vector>

#include "faultline/cluster/cluster.h"

namespace faultline {

// systemd units of one guest. They throw as Node::Succeed does. All act on the
// main process of a unit only.

// Starts them in this order, also those that failed often. Does not wait until
// they serve.
void StartUnits(Node& node, const std::vector<std::string>& units,
                Deadline deadline);
// SIGKILL; returns when all have stopped.
void KillUnits(Node& node, const std::vector<std::string>& units,
               Deadline deadline);
// SIGTERM, in reverse order; each has ended before the next one gets it.
void TerminateUnits(Node& node, const std::vector<std::string>& units,
                    Deadline deadline);
// "STOP", "TERM" etc.
void SignalUnit(Node& node, const std::string& unit, const std::string& signal,
                Deadline deadline);
// "active", "failed", ...
std::string UnitState(Node& node, const std::string& unit, Deadline deadline);
// "etcd 3.4.23", as the image of the cluster's first node says; without the
// version if it does not.
std::string NameWithVersion(Cluster& cluster, const std::string& service);
// "0" if it does not run.
std::string MainPid(Node& node, const std::string& unit, Deadline deadline);
// The last lines of its journal in one, for a message.
std::string UnitJournalTail(Node& node, const std::string& unit,
                            Deadline deadline);

}  // namespace faultline
