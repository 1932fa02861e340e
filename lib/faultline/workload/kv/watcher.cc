#include "faultline/workload/kv/watcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using Clock = std::chrono::steady_clock;
using Kind = WatchRecord::Kind;

// A member that is frozen, or has no leader, says nothing for ever.
constexpr Duration kLongestSilence = 2s;
constexpr Duration kLongestOpening = 2s;
constexpr Duration kPauseBetweenMembers = 50ms;
constexpr Duration kReadsBetweenStalls = 1s;

// Scaled; zero never ends.
TimePoint EndOf(Duration duration) {
  return duration == Duration::zero() ? TimePoint::max()
                                      : Within(duration).at();
}

bool BringsSomething(const WatchMessage& message) {
  return message.kind == WatchMessage::Kind::kEvents ||
         message.kind == WatchMessage::Kind::kProgress;
}

std::string Keys(const WatchRequest& request) {
  return request.key + (request.prefix ? "*" : "");
}

}  // namespace

Watcher::Watcher(ReplicatedStore& store, const WatchTraffic& traffic,
                 int number, WatchRecorder& recorder, Workers& workers)
    : store_(store),
      traffic_(traffic),
      number_(number),
      recorder_(recorder),
      workers_(workers),
      member_(static_cast<std::size_t>(number)) {}

void Watcher::Run(const std::stop_token& stop) {
  for (; !stop.stop_requested(); ++member_) {
    const std::unique_ptr<WatchStream> stream = Open();
    if (stream) {
      const std::stop_callback cancel(stop, [&] { stream->Cancel(); });
      Follow(*stream, stop);
    } else {
      workers_.PauseUntil(stop, Clock::now() + kPauseBetweenMembers);
    }
  }
}

std::unique_ptr<WatchStream> Watcher::Open() {
  const std::vector<Node*> nodes = store_.nodes();
  if (nodes.empty()) {  // all have been removed
    workers_.NoteError("the store has no nodes");
    return nullptr;
  }
  Node& node = *nodes.at(member_ % nodes.size());
  try {
    auto stream = store_.watch()->Open(node, traffic_.request, next_,
                                       Within(kLongestOpening));
    Add(started_ ? Kind::kResumed : Kind::kStarted, next_, {}, node.name());
    started_ = true;
    open_ = true;
    return stream;
  } catch (const CommandError& error) {
    workers_.NoteError(error.what());
    return nullptr;
  }
}

void Watcher::Follow(WatchStream& stream, const std::stop_token& stop) {
  const TimePoint leave = EndOf(traffic_.stay);
  TimePoint give_up = EndOf(kLongestSilence);
  const bool asks = traffic_.progress_interval != Duration::zero();
  TimePoint ask = asks ? Clock::now() : TimePoint::max();
  const bool stalls = traffic_.stall != Duration::zero();
  TimePoint stall = stalls ? EndOf(kReadsBetweenStalls) : TimePoint::max();
  while (true) {
    if (Clock::now() >= stall) {
      workers_.PauseUntil(stop, EndOf(traffic_.stall));
      stall = EndOf(kReadsBetweenStalls);
      give_up = EndOf(kLongestSilence);
    }
    const TimePoint now = Clock::now();
    if (now >= leave) return Break(kWentElsewhere);
    if (now >= give_up) return Break(kNothingCame);
    if (now >= ask) {
      stream.RequestProgress();
      ask = EndOf(traffic_.progress_interval);
    }
    WatchMessage message =
        stream.Next(Deadline(std::min({leave, give_up, ask, stall})));
    if (stop.stop_requested() && !BringsSomething(message)) return;
    if (message.kind == WatchMessage::Kind::kSilent) continue;
    give_up = EndOf(kLongestSilence);
    if (!Take(std::move(message))) return;
  }
}

bool Watcher::Take(WatchMessage message) {
  switch (message.kind) {
    case WatchMessage::Kind::kEvents: {
      std::int64_t last = next_ - 1;
      for (const WatchEvent& event : message.events) {
        last = std::max(last, event.revision);
      }
      recorder_.Add({.kind = Kind::kDelivered,
                     .watch = number_,
                     .events = std::move(message.events)});
      next_ = last + 1;
      break;
    }
    case WatchMessage::Kind::kProgress:
      Add(Kind::kProgress, message.revision);
      next_ = std::max(next_, message.revision + 1);
      break;
    case WatchMessage::Kind::kCompacted:
      Add(Kind::kCompacted, message.revision);
      open_ = false;
      next_ = message.revision;
      return false;
    case WatchMessage::Kind::kSilent:
      break;
    case WatchMessage::Kind::kEnded:
      Break(message.reason);
      return false;
  }
  reached_ = next_ - 1;
  workers_.Progressed();
  return true;
}

void Watcher::Break(const std::string& reason) {
  Add(Kind::kBroken, 0, reason);
  open_ = false;
}

void Watcher::End(std::int64_t revision) {
  if (!open_) return;
  Add(Kind::kEnded, revision);
  open_ = false;
}

std::string Watcher::Name() const {
  return fmt::format("watch {} of {}", number_, Keys(traffic_.request));
}

void Watcher::Add(Kind kind, std::int64_t revision, const std::string& reason,
                  const std::string& node) {
  recorder_.Add({.kind = kind,
                 .watch = number_,
                 .revision = revision,
                 .request = traffic_.request,
                 .events = {},
                 .reason = reason,
                 .node = node});
}

}  // namespace faultline::internal
