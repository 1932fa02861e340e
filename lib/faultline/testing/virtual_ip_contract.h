#pragma once

#include "faultline/service/vip/virtual_ip.h"

namespace faultline {

// What every binding of the VirtualIp role owes, asked of a formed one whose
// nodes are well, by the role's interface alone; expectations that fail name
// what is owed. Kills the service of the holder and starts it again; all are
// well again afterwards. `noticing`: what this machine takes beside the
// service's own limits.
void ExpectVirtualIpContract(VirtualIp& service, Duration noticing);

}  // namespace faultline
