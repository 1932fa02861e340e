#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/service/ovsdb/ovsdb_contents.h"

namespace faultline {

// One message of a monitor.
struct OvsdbUpdate {
  std::string transaction = {};  // its id; a monitor can go on after it
  // The revisions after `from` up to `to`. A member tells what it holds, not
  // each step to it: more than one revision may come as one update, and a value
  // that was there in between is not told.
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::vector<WatchEvent> events = {};
};

// Where a monitor can go on.
struct OvsdbMonitorPoint {
  std::string transaction = {};
  OvsdbContents contents = {};
};

// A monitor (`monitor_cond_since`) of our database on one member, on a
// connection of its own, used by one thread but for Cancel. It never connects
// again.
class OvsdbMonitor {
 public:
  // Waits until the member confirmed. `after`: where another monitor stopped,
  // of this member or of another. Throws CommandError that names the node.
  OvsdbMonitor(const std::string& node, const std::string& address,
               const std::optional<OvsdbMonitorPoint>& after,
               Deadline deadline);
  ~OvsdbMonitor();

  // The member knew `after` and told what happened since. It keeps 100
  // transactions, and of a small database fewer: no more than that holds. If it
  // did not, `contents` began anew.
  bool resumed() const { return resumed_; }
  // What the first answer brought: all there is, or all since `after`.
  const OvsdbUpdate& first() const { return first_; }
  // Contents and transaction after the last update that was returned.
  const OvsdbMonitorPoint& point() const { return point_; }

  // Nothing: none came by the deadline, or the monitor is over.
  std::optional<OvsdbUpdate> Next(Deadline deadline);
  // Empty while it goes on.
  const std::string& over() const { return over_; }
  // By any thread: a Next that waits ends soon, and the monitor is over.
  void Cancel() noexcept;

 private:
  struct Impl;

  const std::string node_;
  std::unique_ptr<Impl> impl_;
  OvsdbMonitorPoint point_;
  OvsdbUpdate first_;
  bool resumed_ = false;
  std::string over_;
};

}  // namespace faultline
