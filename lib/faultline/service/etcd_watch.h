#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "faultline/service/store_watch.h"

namespace faultline {

// A watch on the etcd member `node` at an address ("127.0.0.1:2379"), with a
// connection of its own. Throws CommandError naming the node if the member does
// not confirm it by the deadline, or refuses. A member without a leader does
// confirm, and is silent.
std::unique_ptr<WatchStream> OpenEtcdWatch(const std::string& node,
                                           const std::string& address,
                                           const WatchRequest& request,
                                           std::int64_t from,
                                           Deadline deadline);

}  // namespace faultline
