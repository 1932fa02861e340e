// What the order and the grouping of a watch's messages must be.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "faultline/check/describe.h"
#include "faultline/check/watch.h"
#include "faultline/check/watch_stretch.h"

namespace faultline {
namespace {

using internal::Describe;
using internal::Evidence;
using internal::Inconclusive;
using internal::IndexLog;
using internal::TimeText;
using internal::WatchLog;
using internal::WatchStretch;

// Revision and key.
using ChangeId = std::pair<std::int64_t, std::string>;

// Calls `use` for each event of a stretch, with its message.
template <typename Use>
std::int64_t ForEachEvent(const WatchStretch& stretch, const Use& use) {
  std::int64_t count = 0;
  for (const WatchRecord* record : stretch.records) {
    for (const WatchEvent& event : record->events) {
      use(*record, event);
      ++count;
    }
  }
  return count;
}

Verdict Judged(const Evidence& evidence, const char* property,
               std::int64_t events) {
  if (events == 0 && evidence.empty()) {
    return Inconclusive(property, "no event was delivered");
  }
  return evidence.Judge(property, fmt::format("{} events", events));
}

std::string Arrival(const WatchStretch& stretch, const WatchRecord& record,
                    const WatchEvent& event) {
  return fmt::format("{}: {} came at {}", stretch.Name(), Describe(event),
                     TimeText(record.at_ns));
}

// The messages that brought the keys of one revision, and the keys.
struct Grouping {
  std::set<std::string> keys;
  std::set<const WatchRecord*> messages;
};

std::map<std::int64_t, Grouping> GroupByRevision(const WatchStretch& stretch) {
  std::map<std::int64_t, Grouping> groups;
  ForEachEvent(stretch,
               [&](const WatchRecord& record, const WatchEvent& event) {
                 Grouping& group = groups[event.revision];
                 if (group.keys.insert(event.key).second)
                   group.messages.insert(&record);
               });
  return groups;
}

// The keys of this revision that the watch wants and that did not come.
std::string FirstMissingKey(const WatchLog& log, const WatchStretch& stretch,
                            std::int64_t revision, const Grouping& group) {
  for (auto change = log.lower_bound({revision, ""});
       change != log.end() && change->first.first == revision; ++change) {
    const Commit& commit = *change->second.commit;
    if (Wants(stretch.request, commit.key, !commit.value) &&
        !group.keys.contains(commit.key)) {
      return commit.key;
    }
  }
  return {};
}

// What one stretch delivered up to a moment, and the last bookmark.
class Bookmarks {
 public:
  Bookmarks(const WatchStretch& stretch, const WatchLog& log,
            Evidence& evidence)
      : stretch_(stretch), log_(log), evidence_(evidence) {}

  void Use(const WatchRecord& record);
  std::int64_t count() const { return count_; }

 private:
  void UseEvent(const WatchRecord& record, const WatchEvent& event);
  void UseBookmark(const WatchRecord& record);

  const WatchStretch& stretch_;
  const WatchLog& log_;
  Evidence& evidence_;
  std::set<ChangeId> delivered_;
  std::int64_t promised_ = 0;
  std::int64_t count_ = 0;
};

void Bookmarks::Use(const WatchRecord& record) {
  for (const WatchEvent& event : record.events) UseEvent(record, event);
  if (record.kind == WatchRecord::Kind::kProgress) UseBookmark(record);
}

void Bookmarks::UseEvent(const WatchRecord& record, const WatchEvent& event) {
  delivered_.emplace(event.revision, event.key);
  if (event.revision > promised_) return;
  evidence_.Add(fmt::format(
      "{}, after the service had said that all up to {} was delivered",
      Arrival(stretch_, record, event), promised_));
}

void Bookmarks::UseBookmark(const WatchRecord& record) {
  ++count_;
  promised_ = std::max(promised_, record.revision);
  const std::int64_t from =
      stretch_.from != 0 ? stretch_.from : stretch_.FirstRevision();
  if (from == 0) return;
  for (auto change = log_.lower_bound({from, ""});
       change != log_.end() && change->first.first <= record.revision;
       ++change) {
    const Commit& commit = *change->second.commit;
    if (!Wants(stretch_.request, commit.key, !commit.value) ||
        delivered_.contains(change->first)) {
      continue;
    }
    evidence_.Add(fmt::format(
        "{}: at {} the service said that all up to {} was delivered, without "
        "{}",
        stretch_.Name(), TimeText(record.at_ns), record.revision,
        Describe(commit)));
    return;
  }
}

}  // namespace

Verdict CheckWatchOrdered(const WatchedRun& run) {
  Evidence evidence;
  std::int64_t events = 0;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    std::int64_t last = 0;
    events += ForEachEvent(
        stretch, [&](const WatchRecord& record, const WatchEvent& event) {
          if (event.revision < last) {
            evidence.Add(fmt::format("{}, after revision {}",
                                     Arrival(stretch, record, event), last));
          }
          last = std::max(last, event.revision);
        });
  }
  return Judged(evidence, "watch events come in the order of their revisions",
                events);
}

Verdict CheckWatchUnique(const WatchedRun& run) {
  Evidence evidence;
  std::int64_t events = 0;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    std::set<ChangeId> seen;
    events += ForEachEvent(
        stretch, [&](const WatchRecord& record, const WatchEvent& event) {
          if (seen.emplace(event.revision, event.key).second) return;
          evidence.Add(Arrival(stretch, record, event) + " once more");
        });
  }
  return Judged(evidence, "no watch event comes twice", events);
}

Verdict CheckWatchAtomic(const WatchedRun& run) {
  const WatchLog log = IndexLog(run.log);
  Evidence evidence;
  std::int64_t revisions = 0;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    for (const auto& [revision, group] : GroupByRevision(stretch)) {
      ++revisions;
      if (group.messages.size() > 1) {
        evidence.Add(fmt::format("{}: revision {} came in {} messages",
                                 stretch.Name(), revision,
                                 group.messages.size()));
      }
      const std::string missing =
          FirstMissingKey(log, stretch, revision, group);
      if (missing.empty()) continue;
      evidence.Add(fmt::format("{}: revision {} came without its key={}",
                               stretch.Name(), revision, missing));
    }
  }
  return Judged(evidence, "all changes of a revision come in one message",
                revisions);
}

Verdict CheckWatchBookmarks(const WatchedRun& run) {
  constexpr char kProperty[] =
      "what the service says was delivered was delivered";
  const WatchLog log = IndexLog(run.log);
  Evidence evidence;
  std::int64_t count = 0;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    Bookmarks bookmarks(stretch, log, evidence);
    for (const WatchRecord* record : stretch.records) bookmarks.Use(*record);
    count += bookmarks.count();
  }
  if (count == 0) return Inconclusive(kProperty, "no progress was notified");
  return evidence.Judge(kProperty,
                        fmt::format("{} progress notifications", count));
}

}  // namespace faultline
