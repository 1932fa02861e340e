#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "faultline/service/replicated_store.h"
#include "faultline/workload/kv/watch_recorder.h"
#include "faultline/workload/kv/watchers.h"
#include "faultline/workload/workers.h"

namespace faultline::internal {

// One watch on a store, in one thread of `workers`, from the store's first
// change on. When its stream ends, falls silent or has lasted long enough it
// resumes after the last revision that came, through the next member.
class Watcher {
 public:
  // Begins at the member `number` modulo their count.
  Watcher(ReplicatedStore& store, const WatchTraffic& traffic, int number,
          WatchRecorder& recorder, Workers& workers);

  // The body of its thread: until stopped. Throws what is broken: the recorder.
  void Run(const std::stop_token& stop);
  // After its thread ended: the client stopped, after time for all up to
  // `revision` (0: nobody knows).
  void End(std::int64_t revision);

  // The last revision of which all came; by any thread.
  std::int64_t reached() const { return reached_; }
  const WatchRequest& request() const { return traffic_.request; }
  // "watch 2 of keys k*", for messages.
  std::string Name() const;

 private:
  std::unique_ptr<WatchStream> Open();
  void Follow(WatchStream& stream, const std::stop_token& stop);
  // False if the stream is of no more use; that is recorded.
  bool Take(WatchMessage message);
  void Break(const std::string& reason);
  void Add(WatchRecord::Kind kind, std::int64_t revision = 0,
           const std::string& reason = {}, const std::string& node = {});

  ReplicatedStore& store_;
  const WatchTraffic traffic_;
  const int number_;
  WatchRecorder& recorder_;
  Workers& workers_;
  std::size_t member_;
  std::int64_t next_ = 1;  // the revision to go on from
  bool started_ = false;
  bool open_ = false;
  std::atomic<std::int64_t> reached_ = 0;
};

}  // namespace faultline::internal
