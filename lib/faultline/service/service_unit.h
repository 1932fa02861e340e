#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
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
// What a unit's supervisor does when its main process ends by itself.
struct RestartPolicy {
  std::string restart = "always";  // systemd's Restart=
  Duration pause = std::chrono::milliseconds(100);
  // More starts than that within the interval, and it gives up.
  int most_starts = 5;
  Duration interval = std::chrono::seconds(10);
};
// Sets it for as long as the machine runs, or until DropRestartPolicy, which is
// no error without one. What runs goes on.
void SetRestartPolicy(Node& node, const std::vector<std::string>& units,
                      const RestartPolicy& policy, Deadline deadline);
void DropRestartPolicy(Node& node, const std::vector<std::string>& units,
                       Deadline deadline);

// What the supervisor says of a unit.
struct SupervisedState {
  std::string active = {};    // "active", "activating", "failed", ...
  std::string result = {};    // "success", "signal", "start-limit-hit", ...
  int restarts = 0;           // by itself, since somebody started it
  std::string main_pid = {};  // "0" if it does not run

  bool GaveUp() const { return result == "start-limit-hit"; }
};
SupervisedState AskSupervisor(Node& node, const std::string& unit,
                              Deadline deadline);
// "active, 3 restarts, result success".
std::string ToText(const SupervisedState& state);

// The last lines of its journal in one, for a message.
std::string UnitJournalTail(Node& node, const std::string& unit,
                            Deadline deadline);

}  // namespace faultline
