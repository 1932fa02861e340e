#pragma once

#include "faultline/base/deadline.h"

namespace faultline {

// How a load is driven, whatever its service is. Of all durations only
// `request_timeout` and `observe_interval` are scaled by TimeScale(): an
// emulated service answers later, and looking at it too often would be as much
// work for it as the load.
struct WorkloadOptions {
  int clients = 5;  // client i is pinned to node i mod n
  Duration request_timeout = std::chrono::seconds(2);
  Duration pause = std::chrono::milliseconds(20);  // a client's think time
  Duration probe_interval = std::chrono::milliseconds(200);
  Duration observe_interval = std::chrono::milliseconds(200);
};

}  // namespace faultline
