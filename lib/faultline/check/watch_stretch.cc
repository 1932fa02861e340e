#include "faultline/check/watch_stretch.h"

#include <fmt/format.h>

#include <algorithm>

namespace faultline::internal {
namespace {

using Kind = WatchRecord::Kind;

std::string Change(std::int64_t revision, const std::string& key,
                   const std::optional<std::string>& value) {
  return fmt::format("revision {} key={} {}", revision, key,
                     value ? "value=" + *value : "deleted");
}

}  // namespace

std::int64_t WatchStretch::FirstRevision() const {
  std::int64_t first = 0;
  for (const WatchRecord* record : records) {
    for (const WatchEvent& event : record->events) {
      first = first == 0 ? event.revision : std::min(first, event.revision);
    }
  }
  return first;
}

std::int64_t WatchStretch::LastRevision() const {
  std::int64_t last = 0;
  for (const WatchRecord* record : records) {
    for (const WatchEvent& event : record->events) {
      last = std::max(last, event.revision);
    }
  }
  return last;
}

std::int64_t WatchStretch::Horizon() const {
  std::int64_t horizon = LastRevision();
  for (const WatchRecord* record : records) {
    if (record->kind == Kind::kEnded) {
      horizon = std::max(horizon, record->revision);
    }
  }
  return horizon;
}

std::string WatchStretch::Name() const {
  if (from == 0) return fmt::format("watch {}", watch);
  return fmt::format("watch {}{} from revision {}", watch,
                     resumed ? ", resumed" : "", from);
}

std::vector<WatchStretch> SplitIntoStretches(const WatchTrace& trace) {
  std::vector<WatchStretch> stretches;
  std::map<int, std::size_t> current;  // watch -> its latest stretch
  for (const WatchRecord& record : trace) {
    const auto known = current.find(record.watch);
    if (record.kind == Kind::kStarted) {
      current[record.watch] = stretches.size();
      stretches.push_back(
          {record.watch, false, record.revision, record.request, {}});
    } else if (known == current.end()) {
      continue;
    } else if (record.kind == Kind::kResumed) {
      const WatchRequest request = stretches[known->second].request;
      known->second = stretches.size();
      stretches.push_back({record.watch, true, record.revision, request, {}});
    } else {
      stretches[known->second].records.push_back(&record);
    }
  }
  return stretches;
}

WatchLog IndexLog(const CommitLog& log) {
  WatchLog index;
  std::map<std::string, const Commit*> latest;  // by key
  for (const Commit& commit : log.commits) {
    const Commit*& before = latest[commit.key];
    index.try_emplace({commit.revision, commit.key},
                      LoggedChange{&commit, before});
    before = &commit;
  }
  return index;
}

std::string Describe(const WatchEvent& event) {
  return Change(event.revision, event.key, event.value);
}

std::string Describe(const Commit& commit) {
  return Change(commit.revision, commit.key, commit.value);
}

}  // namespace faultline::internal
