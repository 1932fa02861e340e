#pragma once

#include <string>

#include "faultline/cluster/node.h"

namespace faultline {

// The etcd of one guest as its service manager sees it: unit
// faultline-etcd.service, configuration and data below /var/lib/state/etcd.
// Errors are those of Node::Succeed, also where the guest's agent is asked.
inline constexpr char kEtcdUnit[] = "faultline-etcd.service";
inline constexpr char kEtcdDataDirectory[] = "/var/lib/state/etcd/data";

// Stops it, removes the data of an earlier cluster, and writes the
// configuration so that it survives a power cut.
void ConfigureEtcdUnit(Node& node, const std::string& config,
                       Deadline deadline);
// Starts one that has not run since it was configured. Does not wait until etcd
// answers.
void StartNewEtcdUnit(Node& node, Deadline deadline);
// Configures it, and has it wait for that configuration when it is started.
void ConfigureEtcdUnitBehindGate(Node& node, const std::string& config,
                                 Deadline deadline);
// Lets it have its configuration; false if it has not come for it in `at_most`.
bool OpenGateOfEtcdUnit(Node& node, Duration at_most, Deadline deadline);
// Whether one that was started so has asked the other members within `at_most`
// whether it has been one before: etcd makes its log right after.
bool WaitForEtcdToAskOthers(Node& node, Duration at_most, Deadline deadline);

}  // namespace faultline
