#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "faultline/service/ovsdb/ovsdb_monitor.h"
#include "faultline/service/store_watch.h"

namespace faultline {

// Where the monitors of a store have been: a monitor goes on after a
// transaction, a watch is asked for by revision. Keeps the newest hundred.
// Thread-safe.
class OvsdbMonitorPoints {
 public:
  void Learn(const OvsdbMonitorPoint& point);
  // Of exactly that revision.
  std::optional<OvsdbMonitorPoint> Find(std::int64_t revision) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::int64_t, OvsdbMonitorPoint> points_;
};

// A watch on one member, from the revision `from` on. OVSDB tells what a member
// holds, not how it came to it. So kEvents always brings the changes of one
// revision, and where an update covers more than one, or the member cannot go
// on from `from`, the watch is refused there (kCompacted, with the first
// revision that it can be watched from) and ends. Writes without a change are
// kProgress. `request` is applied here, OVSDB sends all keys. Throws
// CommandError that names the node if the member does not confirm.
std::unique_ptr<WatchStream> OpenOvsdbWatch(
    const std::string& node, const std::string& address,
    const WatchRequest& request, std::int64_t from,
    std::shared_ptr<OvsdbMonitorPoints> points, Deadline deadline);

}  // namespace faultline
