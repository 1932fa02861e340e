#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "faultline/check/watch_count.h"
#include "under_load.h"

namespace faultline {

// A cluster under load with one watch of everything through each member, so
// that whichever member breaks serves one.
class UnderWatch : public UnderLoad {
 protected:
  using UnderLoad::UnderLoad;

  std::vector<WatchTraffic> Watches() override {
    return std::vector<WatchTraffic>(store().nodes().size(),
                                     {.request = {.prefix = true}});
  }

  // Returns the leader, when every watch has brought something.
  Node& FormClusterUnderWatch(const WorkloadOptions& options = {}) {
    using std::chrono_literals::operator""s;
    Node& leader = FormClusterUnderLoad(options);
    Eventually(Within(30s), "every watch has brought something", [&] {
      for (std::size_t watch = 0; watch < Watches().size(); ++watch) {
        if (watchers().reached(watch) == 0) return false;
      }
      return true;
    });
    return leader;
  }

  bool ServesAWatch(const Node& node) const {
    std::map<int, std::string> served_by;  // by watch; empty: it has no stream
    for (const WatchRecord& record : watchers().trace()) {
      using Kind = WatchRecord::Kind;
      if (record.kind == Kind::kStarted || record.kind == Kind::kResumed)
        served_by[record.watch] = record.node;
      if (record.kind == Kind::kBroken || record.kind == Kind::kCompacted)
        served_by[record.watch].clear();
    }
    return std::ranges::any_of(served_by, [&](const auto& watch) {
      return watch.second == node.name();
    });
  }
  // Before a fault: else it would break no watch.
  void WaitUntilItServesAWatch(const Node& node) {
    using std::chrono_literals::operator""s;
    Eventually(Within(30s), node.name() + " serves a watch",
               [&] { return ServesAWatch(node); });
  }
  // After it: the streams have ended, or their clients left them.
  void WaitUntilItServesNoWatch(const Node& node) {
    using std::chrono_literals::operator""s;
    Eventually(Within(30s), node.name() + " serves no watch any more",
               [&] { return !ServesAWatch(node); });
  }

  // Judges all, then what the clients of the watches ended up with.
  void ExpectAllHeldAndNothingMissed() {
    EXPECT_THAT(Judge(), Holds());
    const WatchedRun run{evidence().watches.value(),
                         evidence().commits.front()};
    counts_ = CountWatches(run);
    RecordFact("watches", ToText(counts_));
    EXPECT_THAT(Record(CheckWatchComplete(run)), Holds());
    RecordBrokenStreams(run.trace);
  }
  // After that.
  const WatchCounts& counts() const { return counts_; }

 private:
  // No stream of either store goes on by itself.
  void RecordBrokenStreams(const WatchTrace& trace) {
    const int broken = counts_.ended + counts_.silent;
    if (broken == 0) return;
    const auto first = std::ranges::find(trace, WatchRecord::Kind::kBroken,
                                         &WatchRecord::kind);
    RecordFact("gap: stream-reconnection",
               fmt::format("{} streams broke and did not go on by themselves, "
                           "their clients resumed; the first, of watch {}: {}",
                           broken, first->watch, first->reason));
  }

  WatchCounts counts_;
};

}  // namespace faultline
