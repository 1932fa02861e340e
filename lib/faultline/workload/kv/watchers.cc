#include "faultline/workload/kv/watchers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/workload/kv/watch_recorder.h"
#include "faultline/workload/kv/watcher.h"
#include "faultline/workload/workers.h"

namespace faultline {
namespace {

using internal::Watcher;

std::int64_t LastWanted(const WatchRequest& request, const CommitLog& log) {
  std::int64_t last = 0;
  for (const Commit& commit : log.commits) {
    const bool wanted = Wants(request, commit.key, !commit.value);
    if (wanted) last = std::max(last, commit.revision);
  }
  return last;
}

}  // namespace

struct Watchers::Impl {
  Impl(ReplicatedStore& watched, const std::filesystem::path& file,
       const Recorder& history)
      : store(watched), recorder(file, history) {}

  void End(std::int64_t revision);
  // "watch 1 of k* at revision 17 of 20", of those that lack something.
  std::vector<std::string> Lacking(const CommitLog& log) const;

  ReplicatedStore& store;
  WatchRecorder recorder;
  std::vector<std::unique_ptr<Watcher>> watchers;
  internal::Workers workers;  // the last member: its threads use those above
};

void Watchers::Impl::End(std::int64_t revision) {
  workers.Stop();
  workers.RethrowFirstFailure();
  for (const auto& watcher : watchers) watcher->End(revision);
}

std::vector<std::string> Watchers::Impl::Lacking(const CommitLog& log) const {
  std::vector<std::string> lacking;
  for (const auto& watcher : watchers) {
    const std::int64_t last = LastWanted(watcher->request(), log);
    const std::int64_t reached = watcher->reached();
    if (reached >= last) continue;
    lacking.push_back(
        fmt::format("{} at revision {} of {}", watcher->Name(), reached, last));
  }
  return lacking;
}

Watchers::Watchers(ReplicatedStore& store,
                   const std::vector<WatchTraffic>& traffic,
                   const std::filesystem::path& file, const Recorder& recorder)
    : impl_(std::make_unique<Impl>(store, file, recorder)) {
  if (store.watch() == nullptr) {
    throw UsageError(
        fmt::format("watches: the binding of {} has none", store.name()));
  }
  for (const WatchTraffic& one : traffic) {
    const int number = static_cast<int>(impl_->watchers.size());
    impl_->watchers.push_back(std::make_unique<Watcher>(
        store, one, number, impl_->recorder, impl_->workers));
  }
}

Watchers::~Watchers() = default;

void Watchers::Start() {
  if (impl_->store.nodes().empty()) {
    throw UsageError("watches: the store has no nodes");
  }
  for (const auto& watcher : impl_->watchers) {
    impl_->workers.Spawn([&watcher = *watcher](const std::stop_token& stop) {
      watcher.Run(stop);
    });
  }
}

void Watchers::Finish(const CommitLog& log, Deadline deadline) {
  const Duration budget = deadline.Remaining();
  const bool all = impl_->workers.WaitFor(
      deadline, [&] { return impl_->Lacking(log).empty(); });
  const std::vector<std::string> lacking = impl_->Lacking(log);
  impl_->End(log.commits.empty() ? 0 : log.commits.back().revision);
  if (all) return;
  throw TimeoutError(fmt::format(
      "watches: not all came within {}: {} (last error of a watcher: {})",
      ToText(budget), fmt::join(lacking, ", "), impl_->workers.last_error()));
}

void Watchers::Stop() { impl_->End(0); }

std::int64_t Watchers::reached(std::size_t index) const {
  return impl_->watchers.at(index)->reached();
}

WatchTrace Watchers::trace() const { return impl_->recorder.Snapshot(); }

}  // namespace faultline
