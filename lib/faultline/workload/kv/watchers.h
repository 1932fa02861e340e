#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/evidence/watch_trace.h"
#include "faultline/history/recorder.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// One client that watches.
struct WatchTraffic {
  WatchRequest request = {};
  // It leaves a stream after this long, times TimeScale(), and resumes through
  // the next member; zero: it stays until the stream ends or falls silent.
  Duration stay = Duration::zero();
  // How often it asks a stream how far it is, times TimeScale(), for the first
  // time when it opens it; zero: never.
  Duration progress_interval = Duration::zero();
  // A slow consumer: after each second of reading it reads nothing for this
  // long, both times TimeScale(); zero: it always reads.
  Duration stall = Duration::zero();
};

// Watches on a store beside its load and the faults of a test, one thread each,
// from the store's first change on; watch i begins at member i mod n. A watch
// whose stream ended, or brought nothing for 2 s, resumes after the last
// revision that came, through the next member. Everything is recorded at once.
// Local to the test; Start once, then Finish or Stop once (the destructor stops
// too), all by the owning thread. What a thread threw (a recorder that cannot
// write) is rethrown by Finish and Stop.
class Watchers {
 public:
  // Records into `file`, which does not exist. Throws UsageError for a store
  // without a watch.
  Watchers(ReplicatedStore& store, const std::vector<WatchTraffic>& traffic,
           const std::filesystem::path& file, const Recorder& recorder);
  ~Watchers();

  void Start();
  // When nothing changes the store any more, whose changes are `log`: waits
  // until each watch has brought the last one that it wants, and stops.
  // TimeoutError names the watches that did not, and what they brought; they
  // are stopped and recorded as having had the time all the same.
  void Finish(const CommitLog& log, Deadline deadline);
  // Stops where they are: nobody knows what should have come.
  void Stop();

  // The last revision of which watch `index` has brought everything so far.
  std::int64_t reached(std::size_t index) const;
  // All that happened so far.
  WatchTrace trace() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline
