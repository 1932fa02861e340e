#pragma once

#include <string>

#include "faultline/cluster/node.h"

namespace faultline::internal {

// Starts `script` (POSIX shell) in the guest as the transient systemd unit
// faultline-<name>, where it goes on after the connection ends.
void StartInGuest(Node& node, const std::string& name,
                  const std::string& script, Deadline deadline);
// Ends it with all its processes. No effect if it does not run.
void StopInGuest(Node& node, const std::string& name, Deadline deadline);

}  // namespace faultline::internal
