#include "faultline/check/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "faultline/check/describe.h"
#include "faultline/check/watch_stretch.h"

namespace faultline {
namespace {

using internal::Describe;
using internal::Evidence;
using internal::Inconclusive;
using internal::IndexLog;
using internal::LoggedChange;
using internal::WatchLog;
using internal::WatchStretch;

std::string Shown(const std::optional<std::string>& value) {
  return value ? "value=" + *value : "no value";
}

const LoggedChange* Find(const WatchLog& log, const WatchEvent& event) {
  const auto found = log.find({event.revision, event.key});
  return found == log.end() ? nullptr : &found->second;
}

std::set<std::int64_t> DeliveredRevisions(const WatchStretch& stretch) {
  std::set<std::int64_t> revisions;
  for (const WatchRecord* record : stretch.records) {
    for (const WatchEvent& event : record->events) {
      revisions.insert(event.revision);
    }
  }
  return revisions;
}

// Calls `use` for each change from `first` to `last` that the watch wants and
// of whose revision nothing came.
template <typename Use>
std::int64_t ForEachMissing(const WatchLog& log, const WatchStretch& stretch,
                            std::int64_t first, std::int64_t last,
                            const Use& use) {
  const std::set<std::int64_t> delivered = DeliveredRevisions(stretch);
  std::int64_t expected = 0;
  for (auto change = log.lower_bound({first, ""});
       change != log.end() && change->first.first <= last; ++change) {
    const Commit& commit = *change->second.commit;
    if (!Wants(stretch.request, commit.key, !commit.value)) continue;
    ++expected;
    if (!delivered.contains(commit.revision)) use(commit);
  }
  return expected;
}

// An event that the store does not show.
void JudgeAgainstLog(const WatchLog& log, const WatchStretch& stretch,
                     const WatchEvent& event, Evidence& evidence) {
  const LoggedChange* change = Find(log, event);
  if (change == nullptr) {
    evidence.Add(fmt::format("{}: {} came, which the store does not show",
                             stretch.Name(), Describe(event)));
  } else if (change->commit->value != event.value) {
    evidence.Add(fmt::format("{}: {} came, but the store shows {}",
                             stretch.Name(), Describe(event),
                             Describe(*change->commit)));
  }
}

void JudgeResumption(const WatchLog& log, const WatchStretch& stretch,
                     Evidence& evidence) {
  for (const std::int64_t revision : DeliveredRevisions(stretch)) {
    if (revision >= stretch.from) break;
    evidence.Add(fmt::format("{}: revision {} came", stretch.Name(), revision));
  }
  ForEachMissing(log, stretch, stretch.from, stretch.FirstRevision(),
                 [&](const Commit& commit) {
                   evidence.Add(fmt::format("{}: left out {}", stretch.Name(),
                                            Describe(commit)));
                 });
}

// Refusals, of which each must be for a compacted revision.
std::int64_t JudgeRefusals(const WatchStretch& stretch, Evidence& evidence) {
  std::int64_t refusals = 0;
  for (const WatchRecord* record : stretch.records) {
    if (record->kind != WatchRecord::Kind::kCompacted) continue;
    ++refusals;
    if (stretch.from == 0 || stretch.from < record->revision) continue;
    evidence.Add(
        fmt::format("{}: refused as compacted, although only what is before "
                    "revision {} is",
                    stretch.Name(), record->revision));
  }
  return refusals;
}

// Judges each event that `tells` something by `complaint`.
template <typename Tells, typename Complaint>
Verdict JudgeEvents(const WatchedRun& run, const char* property,
                    const Tells& tells, const Complaint& complaint) {
  const WatchLog log = IndexLog(run.log);
  Evidence evidence;
  std::int64_t count = 0;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    for (const WatchRecord* record : stretch.records) {
      for (const WatchEvent& event : record->events) {
        const LoggedChange* change = Find(log, event);
        if (change == nullptr || !tells(stretch, event)) continue;
        ++count;
        const std::string wrong = complaint(*change, event);
        if (wrong.empty()) continue;
        evidence.Add(
            fmt::format("{}: {} {}", stretch.Name(), Describe(event), wrong));
      }
    }
  }
  if (count == 0) return Inconclusive(property, "no event tells it");
  return evidence.Judge(property, fmt::format("{} events", count));
}

}  // namespace

Verdict CheckWatchReliable(const WatchedRun& run) {
  constexpr char kProperty[] = "a watch delivers every change of the store";
  const WatchLog log = IndexLog(run.log);
  if (log.empty()) return Inconclusive(kProperty, "the store shows no change");
  Evidence evidence;
  std::int64_t expected = 0;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    for (const WatchRecord* record : stretch.records) {
      for (const WatchEvent& event : record->events) {
        JudgeAgainstLog(log, stretch, event, evidence);
      }
    }
    const bool skips = stretch.resumed || stretch.from == 0;
    const std::int64_t came = stretch.FirstRevision();
    const std::int64_t first = skips && came != 0 ? came : stretch.from;
    if (first == 0) continue;
    expected += ForEachMissing(
        log, stretch, first, stretch.Horizon(), [&](const Commit& commit) {
          evidence.Add(fmt::format("{}: {} never came", stretch.Name(),
                                   Describe(commit)));
        });
  }
  if (expected == 0 && evidence.empty()) {
    return Inconclusive(kProperty, "no change had to be delivered");
  }
  return evidence.Judge(kProperty, fmt::format("{} changes", expected));
}

Verdict CheckWatchResumable(const WatchedRun& run) {
  constexpr char kProperty[] = "a watch resumes where it was asked to";
  const WatchLog log = IndexLog(run.log);
  Evidence evidence;
  std::int64_t count = 0;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    if (stretch.resumed) {
      ++count;
      JudgeResumption(log, stretch, evidence);
    }
    count += JudgeRefusals(stretch, evidence);
  }
  if (count == 0) return Inconclusive(kProperty, "no watch was resumed");
  return evidence.Judge(kProperty, fmt::format("{} resumptions", count));
}

Verdict CheckWatchPreviousValues(const WatchedRun& run) {
  return JudgeEvents(
      run, "watch events tell the value before",
      [](const WatchStretch& stretch, const WatchEvent&) {
        return stretch.request.previous;
      },
      [](const LoggedChange& change, const WatchEvent& event) -> std::string {
        const auto before =
            change.before == nullptr ? std::nullopt : change.before->value;
        if (event.previous == before) return {};
        return fmt::format("tells {} before it, the store had {}",
                           Shown(event.previous), Shown(before));
      });
}

Verdict CheckWatchCreateFlags(const WatchedRun& run) {
  return JudgeEvents(
      run, "watch events tell whether they create their key",
      [](const WatchStretch&, const WatchEvent& event) {
        return event.created && event.value;
      },
      [](const LoggedChange& change, const WatchEvent& event) -> std::string {
        if (*event.created == change.Created()) return {};
        return *event.created ? "says that it creates the key, which was there"
                              : "says that the key was there, which it creates";
      });
}

Verdict CheckWatchFilter(const WatchedRun& run) {
  constexpr char kProperty[] = "a watch delivers only what it was asked for";
  Evidence evidence;
  std::int64_t count = 0;
  for (const WatchStretch& stretch : internal::SplitIntoStretches(run.trace)) {
    for (const WatchRecord* record : stretch.records) {
      for (const WatchEvent& event : record->events) {
        ++count;
        const bool early = !stretch.resumed && event.revision < stretch.from;
        if (!early && Wants(stretch.request, event.key, !event.value)) continue;
        evidence.Add(fmt::format("{}: {} came unasked", stretch.Name(),
                                 Describe(event)));
      }
    }
  }
  if (count == 0) return Inconclusive(kProperty, "no event was delivered");
  return evidence.Judge(kProperty, fmt::format("{} events", count));
}

Verdict CheckWatch(const WatchedRun& run) {
  std::vector<Verdict> verdicts = {
      CheckWatchOrdered(run), CheckWatchUnique(run), CheckWatchAtomic(run),
      CheckWatchReliable(run), CheckWatchFilter(run)};
  std::vector<std::string> left_out;
  for (const auto check : {CheckWatchResumable, CheckWatchBookmarks,
                           CheckWatchPreviousValues, CheckWatchCreateFlags}) {
    Verdict verdict = check(run);
    if (verdict.judgement == Judgement::kUnknown) {
      left_out.push_back(fmt::format("not exercised: {}: {}", verdict.property,
                                     verdict.evidence.front()));
    } else {
      verdicts.push_back(std::move(verdict));
    }
  }
  // What held is no news beside what did not.
  const auto holds = [](const Verdict& verdict) { return verdict.Holds(); };
  if (!std::ranges::all_of(verdicts, holds)) std::erase_if(verdicts, holds);
  Verdict all = verdicts.size() == 1 ? verdicts.front() : Combine(verdicts);
  all.property = "watch: " + all.property;
  all.evidence.insert(all.evidence.end(), left_out.begin(), left_out.end());
  return all;
}

}  // namespace faultline
