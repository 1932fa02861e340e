#include "faultline/check/watch_count.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "faultline/check/describe.h"
#include "faultline/check/watch_stretch.h"

namespace faultline {
namespace {

using internal::Describe;
using internal::Evidence;
using internal::WatchLog;
using internal::WatchStretch;
using Kind = WatchRecord::Kind;

// One watch, over all its stretches.
class WholeWatch {
 public:
  void Use(const WatchStretch& stretch);
  // `miss`: called for each change that was wanted and of which nobody spoke.
  template <typename Miss>
  void Judge(const WatchLog& log, WatchCounts& counts, const Miss& miss) const;

 private:
  void UseRecord(const WatchStretch& stretch, const WatchRecord& record);
  bool Refused(std::int64_t revision) const;

  WatchRequest request_;
  std::int64_t from_ = 0;
  std::int64_t until_ = 0;
  std::set<std::pair<std::int64_t, std::string>> came_;
  // First revision that was still to come, and first that is there.
  std::vector<std::pair<std::int64_t, std::int64_t>> refused_;
  WatchCounts counts_;
};

void WholeWatch::Use(const WatchStretch& stretch) {
  if (counts_.streams == 0) {
    request_ = stretch.request;
    from_ = stretch.from != 0 ? stretch.from : stretch.FirstRevision();
  }
  ++counts_.streams;
  until_ = std::max(until_, stretch.Horizon());
  for (const WatchRecord* record : stretch.records) UseRecord(stretch, *record);
}

void WholeWatch::UseRecord(const WatchStretch& stretch,
                           const WatchRecord& record) {
  for (const WatchEvent& event : record.events) {
    const bool first = came_.emplace(event.revision, event.key).second;
    if (!first) ++counts_.duplicated;
  }
  if (record.kind == Kind::kCompacted) {
    ++counts_.refusals;
    refused_.emplace_back(std::max(stretch.from, stretch.LastRevision() + 1),
                          record.revision);
  }
  if (record.kind != Kind::kBroken) return;
  if (record.reason == kWentElsewhere) {
    ++counts_.left;
  } else if (record.reason == kNothingCame) {
    ++counts_.silent;
  } else {
    ++counts_.ended;
  }
}

bool WholeWatch::Refused(std::int64_t revision) const {
  return std::ranges::any_of(refused_, [&](const auto& range) {
    return revision >= range.first && revision < range.second;
  });
}

template <typename Miss>
void WholeWatch::Judge(const WatchLog& log, WatchCounts& counts,
                       const Miss& miss) const {
  counts.streams += counts_.streams;
  counts.ended += counts_.ended;
  counts.silent += counts_.silent;
  counts.left += counts_.left;
  counts.refusals += counts_.refusals;
  counts.duplicated += counts_.duplicated;
  for (auto change = log.lower_bound({from_, ""});
       change != log.end() && change->first.first <= until_; ++change) {
    const Commit& commit = *change->second.commit;
    if (!Wants(request_, commit.key, !commit.value)) continue;
    ++counts.expected;
    if (came_.contains(change->first)) {
      ++counts.delivered;
    } else if (Refused(commit.revision)) {
      ++counts.refused;
    } else {
      ++counts.missed;
      miss(commit);
    }
  }
}

template <typename Miss>
WatchCounts Count(const WatchedRun& run, const Miss& miss) {
  std::map<int, WholeWatch> watches;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    watches[stretch.watch].Use(stretch);
  }
  const WatchLog log = internal::IndexLog(run.log);
  WatchCounts counts;
  for (const auto& [number, watch] : watches) {
    watch.Judge(log, counts, [&, number = number](const Commit& commit) {
      miss(number, commit);
    });
  }
  return counts;
}

}  // namespace

WatchCounts CountWatches(const WatchedRun& run) {
  return Count(run, [](int, const Commit&) {});
}

std::string ToText(const WatchCounts& counts) {
  return fmt::format(
      "{} changes wanted: {} delivered, {} missed, {} refused, {} duplicated; "
      "{} streams: {} ended, {} fell silent, {} left, {} refused",
      counts.expected, counts.delivered, counts.missed, counts.refused,
      counts.duplicated, counts.streams, counts.ended, counts.silent,
      counts.left, counts.refusals);
}

Verdict CheckWatchComplete(const WatchedRun& run) {
  constexpr char kProperty[] =
      "what a watch wanted came on one of its streams, or was refused";
  Evidence evidence;
  const WatchCounts counts = Count(run, [&](int watch, const Commit& commit) {
    evidence.Add(fmt::format("watch {}: {} never came, and was not refused",
                             watch, Describe(commit)));
  });
  if (counts.expected == 0) {
    return internal::Inconclusive(kProperty, "no change was wanted");
  }
  return evidence.Judge(kProperty, ToText(counts));
}

}  // namespace faultline
