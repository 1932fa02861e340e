#include "faultline/service/ovsdb/ovsdb_watch.h"

#include <utility>

namespace faultline {
namespace {

using Kind = WatchMessage::Kind;

constexpr std::size_t kMostPoints = 100;

bool IsAskedFor(const WatchEvent& event, const WatchRequest& request) {
  const bool key = request.prefix ? event.key.starts_with(request.key)
                                  : event.key == request.key;
  return key && (event.value ? request.puts : request.deletes);
}

class OvsdbWatchStream : public WatchStream {
 public:
  OvsdbWatchStream(std::unique_ptr<OvsdbMonitor> monitor, WatchRequest request,
                   std::int64_t from,
                   std::shared_ptr<OvsdbMonitorPoints> points)
      : monitor_(std::move(monitor)),
        request_(std::move(request)),
        from_(from),
        points_(std::move(points)) {
    points_->Learn(monitor_->point());
    const OvsdbUpdate& first = monitor_->first();
    if (first.to < from) return;  // it may be behind, too
    if (monitor_->resumed() && first.from + 1 == from && first.to == from) {
      pending_ = ToMessage(first);
    } else {
      pending_ = LostBefore(first.to + 1);
    }
  }

  WatchMessage Next(Deadline deadline) override {
    if (pending_) return *std::exchange(pending_, std::nullopt);
    if (over_) return *over_;
    while (const auto update = monitor_->Next(deadline)) {
      points_->Learn(monitor_->point());
      if (update->to < from_) continue;  // known to who asked
      if (update->to == update->from) return Progress(update->to);
      if (update->to > update->from + 1) return LostBefore(update->to + 1);
      return ToMessage(*update);
    }
    if (monitor_->over().empty()) return {};
    return End(monitor_->over());
  }

  // It has delivered all that the monitor brought, as far as anybody knows.
  void RequestProgress() override {
    if (!over_ && !pending_) {
      pending_ = Progress(monitor_->point().contents.revision());
    }
  }

  void Cancel() noexcept override { monitor_->Cancel(); }

 private:
  static WatchMessage Progress(std::int64_t revision) {
    return {.kind = Kind::kProgress, .revision = revision};
  }

  WatchMessage ToMessage(const OvsdbUpdate& update) const {
    WatchMessage message{.kind = Kind::kEvents};
    for (WatchEvent event : update.events) {
      if (!IsAskedFor(event, request_)) continue;
      if (!request_.previous) event.previous.reset();
      message.events.push_back(std::move(event));
    }
    return message.events.empty() ? Progress(update.to) : message;
  }

  WatchMessage LostBefore(std::int64_t revision) {
    End("the member told several revisions as one");
    return {.kind = Kind::kCompacted, .revision = revision};
  }

  WatchMessage End(std::string reason) {
    over_ = WatchMessage{.kind = Kind::kEnded, .reason = std::move(reason)};
    monitor_->Cancel();
    return *over_;
  }

  const std::unique_ptr<OvsdbMonitor> monitor_;
  const WatchRequest request_;
  const std::int64_t from_;
  const std::shared_ptr<OvsdbMonitorPoints> points_;
  std::optional<WatchMessage> pending_;
  std::optional<WatchMessage> over_;
};

}  // namespace

void OvsdbMonitorPoints::Learn(const OvsdbMonitorPoint& point) {
  const std::lock_guard lock(mutex_);
  points_[point.contents.revision()] = point;
  if (points_.size() > kMostPoints) points_.erase(points_.begin());
}

std::optional<OvsdbMonitorPoint> OvsdbMonitorPoints::Find(
    std::int64_t revision) const {
  const std::lock_guard lock(mutex_);
  const auto found = points_.find(revision);
  if (found == points_.end()) return std::nullopt;
  return found->second;
}

std::unique_ptr<WatchStream> OpenOvsdbWatch(
    const std::string& node, const std::string& address,
    const WatchRequest& request, std::int64_t from,
    std::shared_ptr<OvsdbMonitorPoints> points, Deadline deadline) {
  auto monitor = std::make_unique<OvsdbMonitor>(
      node, address, points->Find(from - 1), deadline);
  return std::make_unique<OvsdbWatchStream>(std::move(monitor), request, from,
                                            std::move(points));
}

}  // namespace faultline
