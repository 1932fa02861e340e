#pragma once

#include <string>

#include "faultline/service/vip/keepalived.h"

namespace faultline::internal {

// Throws UsageError naming the option. `nodes`: how many there are.
void CheckOptions(const KeepalivedOptions& options, int nodes);

// keepalived.conf of node `index` (1-based).
std::string KeepalivedConfiguration(const KeepalivedOptions& options,
                                    const std::string& name, int index);

// How long a node of this priority waits for the holder's next advertisement:
// RFC 5798, Master_Down_Interval.
Duration MasterDownInterval(const KeepalivedOptions& options, int priority);

// "MASTER", ... of keepalived's own data, which it writes on SIGUSR1. Empty if
// it is not there.
std::string ParseVrrpState(const std::string& data);

}  // namespace faultline::internal
