#pragma once

#include <string>
#include <vector>

#include "faultline/service/vm/pacemaker.h"

namespace faultline::internal {

// corosync.conf of these hosts, the same on each: name and data address.
std::string CorosyncConfiguration(
    const std::vector<std::pair<std::string, std::string>>& hosts,
    const PacemakerOptions& options);

// The cluster's configuration from which it begins: the power of these hosts,
// and the machines, which are not to be started yet.
std::string ClusterInformation(const std::vector<std::string>& hosts,
                               const PacemakerOptions& options);

// Of `crm_mon -1`: the names in "Online: [ node1 node2 ]", the designated
// controller in "Current DC: node1 (version ...)".
std::vector<std::string> ParseOnline(const std::string& text);
std::string ParseController(const std::string& text);
// Of `crm_resource --locate`: "resource ticker is running on: node1".
std::string ParseLocation(const std::string& text);

// Where a host keeps the description of that machine.
std::string DomainFile(const std::string& vm);

}  // namespace faultline::internal
