#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/check/watch_stretch.h"
#include "faultline/evidence/watch_trace.h"
#include "faultline/service/store_watch.h"

namespace faultline {

// Watches on changes in memory, right in all that they promise. Thread-safe.
class FakeWatch : public StoreWatch {
 public:
  void Append(Commit commit) {
    Change([&](State& state) { state.commits.push_back(std::move(commit)); });
  }
  // Its streams end, and nobody can open one.
  void SetDown(const std::string& node, bool down) {
    Change([&](State& state) { Set(state.down, node, down); });
  }
  // Its streams bring nothing.
  void SetSilent(const std::string& node, bool silent) {
    Change([&](State& state) { Set(state.silent, node, silent); });
  }
  // Its members say that all was delivered before they deliver it.
  void SetHasty() {
    Change([](State& state) { state.hasty = true; });
  }
  void CompactBefore(std::int64_t revision) {
    Change([&](State& state) { state.compacted = revision; });
  }
  // How many streams were opened on the node.
  int opened(const std::string& node) const {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->opened.find(node);
    return found == state_->opened.end() ? 0 : found->second;
  }

  std::unique_ptr<WatchStream> Open(Node& through, const WatchRequest& request,
                                    std::int64_t from, Deadline) override;

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Commit> commits;
    std::set<std::string> down;
    std::set<std::string> silent;
    std::map<std::string, int> opened;
    std::int64_t compacted = 0;
    bool hasty = false;
  };

  class Stream;

  template <typename Action>
  void Change(Action action) {
    const std::lock_guard lock(state_->mutex);
    action(*state_);
    state_->changed.notify_all();
  }
  static void Set(std::set<std::string>& nodes, const std::string& node,
                  bool in) {
    if (in) {
      nodes.insert(node);
    } else {
      nodes.erase(node);
    }
  }

  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

class FakeWatch::Stream : public WatchStream {
 public:
  Stream(std::shared_ptr<State> state, std::string node, WatchRequest request,
         std::int64_t from)
      : state_(std::move(state)),
        node_(std::move(node)),
        request_(std::move(request)),
        next_(from) {}

  WatchMessage Next(Deadline deadline) override {
    std::unique_lock lock(state_->mutex);
    WatchMessage message;
    state_->changed.wait_until(lock, deadline.at(), [&] {
      message = Look();
      return message.kind != WatchMessage::Kind::kSilent;
    });
    return message;
  }
  void RequestProgress() override {
    const std::lock_guard lock(state_->mutex);
    asked_ = true;
  }
  void Cancel() noexcept override {
    const std::lock_guard lock(state_->mutex);
    over_ = "canceled";
    state_->changed.notify_all();
  }

 private:
  WatchMessage Look() {
    using Kind = WatchMessage::Kind;
    if (over_.empty() && state_->down.contains(node_))
      over_ = "connection lost";
    if (!over_.empty()) return {.kind = Kind::kEnded, .reason = over_};
    if (next_ < state_->compacted) {
      over_ = "compacted";
      return {.kind = Kind::kCompacted, .revision = state_->compacted};
    }
    if (state_->silent.contains(node_)) return {};
    if (asked_ && state_->hasty) return Progress();
    std::vector<WatchEvent> events = NewEvents();
    if (!events.empty()) {
      return {.kind = Kind::kEvents, .events = std::move(events)};
    }
    return asked_ ? Progress() : WatchMessage{};
  }

  WatchMessage Progress() {
    if (state_->commits.empty()) return {};
    asked_ = false;
    return {.kind = WatchMessage::Kind::kProgress,
            .revision = state_->commits.back().revision};
  }

  std::vector<WatchEvent> NewEvents() {
    const CommitLog log{.node = node_, .commits = state_->commits};
    const internal::WatchLog index = internal::IndexLog(log);
    std::vector<WatchEvent> events;
    for (auto change = index.lower_bound({next_, ""}); change != index.end();
         ++change) {
      const Commit& commit = *change->second.commit;
      next_ = commit.revision + 1;
      if (!Wants(request_, commit.key, !commit.value)) continue;
      WatchEvent event{commit.revision, commit.key, commit.value, {}, {}};
      if (request_.previous && change->second.before != nullptr) {
        event.previous = change->second.before->value;
      }
      if (commit.value) event.created = change->second.Created();
      events.push_back(std::move(event));
    }
    return events;
  }

  const std::shared_ptr<State> state_;
  const std::string node_;
  const WatchRequest request_;
  std::int64_t next_;
  std::string over_;
  bool asked_ = false;
};

inline std::unique_ptr<WatchStream> FakeWatch::Open(Node& through,
                                                    const WatchRequest& request,
                                                    std::int64_t from,
                                                    Deadline) {
  const std::lock_guard lock(state_->mutex);
  if (state_->down.contains(through.name())) {
    throw CommandError(through.name() + ": connection refused");
  }
  ++state_->opened[through.name()];
  return std::make_unique<Stream>(state_, through.name(), request, from);
}

}  // namespace faultline
