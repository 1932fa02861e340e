#pragma once

#include <memory>
#include <optional>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/service/vip/virtual_ip.h"
#include "faultline/workload/load_driver.h"

namespace faultline {

// Clients on the data network that ask the address who answers, each time by a
// new connection: a call "ask" of the address, answered by the node's name. All
// go through the tester's leg, one host that knows where the address was and
// asks again once a second. What nobody answered is kFail: it had no effect.
// The probe, one for all nodes, asks the same. The service outlives it.
std::shared_ptr<LoadDriver> MakeAddressLoad(VirtualIp& service);

// What whoever has the address said; nothing if that did not come whole by the
// deadline. `socket`: DataLeg::SocketTo.
std::optional<std::string> AskWhoAnswers(const std::string& socket,
                                         Deadline deadline);

}  // namespace faultline
