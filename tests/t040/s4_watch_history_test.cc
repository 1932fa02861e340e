// T040 step 4: watches from a revision, and from one that is gone.
#include "under_watch.h"

namespace faultline {

using std::chrono_literals::operator""s;

namespace {

const WatchRequest kAll{.prefix = true};

// What a new watch through `node` brings from `from` to `last`; an error or an
// end before that is a message that has another kind than events and progress.
struct Brought {
  std::vector<WatchEvent> events;
  WatchMessage end;
};

Brought Watch(ReplicatedStore& store, Node& node, std::int64_t from,
              std::int64_t last) {
  Brought brought;
  const Deadline deadline = Within(20s);
  const auto stream = store.watch()->Open(node, kAll, from, deadline);
  while (brought.events.empty() || brought.events.back().revision < last) {
    brought.end = stream->Next(deadline);
    const WatchMessage::Kind kind = brought.end.kind;
    if (kind == WatchMessage::Kind::kProgress) continue;
    if (kind != WatchMessage::Kind::kEvents) break;
    brought.events.insert(brought.events.end(), brought.end.events.begin(),
                          brought.end.events.end());
  }
  return brought;
}

std::vector<std::string> Shown(const std::vector<WatchEvent>& events) {
  std::vector<std::string> shown;
  for (const WatchEvent& event : events) {
    shown.push_back(fmt::format("{} {} {}", event.revision, event.key,
                                event.value.value_or("deleted")));
  }
  return shown;
}

std::vector<std::string> Shown(const CommitLog& log, std::int64_t from) {
  std::vector<std::string> shown;
  for (const Commit& commit : log.commits) {
    if (commit.revision < from) continue;
    shown.push_back(fmt::format("{} {} {}", commit.revision, commit.key,
                                commit.value.value_or("deleted")));
  }
  return shown;
}

class UnderHistory : public UnderWatch {
 protected:
  using UnderWatch::UnderWatch;

  // What members show is what a watch through each brings from there on.
  void ExpectEachMemberToBringAllFrom(std::int64_t from) {
    const CommitLog& log = evidence().commits.front();
    for (Node* node : store().nodes()) {
      const Brought brought =
          Watch(store(), *node, from, log.commits.back().revision);
      EXPECT_EQ(Shown(brought.events), Shown(log, from)) << node->name();
    }
  }

  void ExpectEachMemberToRefuse(std::int64_t from, std::int64_t compacted) {
    for (Node* node : store().nodes()) {
      const WatchMessage end = Watch(store(), *node, from, compacted).end;
      EXPECT_EQ(end.kind, WatchMessage::Kind::kCompacted) << node->name();
      EXPECT_EQ(end.revision, compacted) << node->name();
    }
  }

  // All that was there before the newest revision that all have reached is
  // dropped. Returns that revision.
  std::int64_t CompactEverything() {
    const std::int64_t newest = watchers().reached(0);
    store().WaitForAgreement(Within(30s));
    store().Compact(newest, Within(30s));
    RecordFact("compacted at revision", std::to_string(newest));
    return newest;
  }
};

}  // namespace

STORE_SCENARIO_F(UnderHistory, WatchStreamResumesFromAnyRevision) {
  Require(capability::kWatchHistory);
  Node& member = *followers(FormClusterUnderWatch()).at(0);

  ActiveFault killed = Inject("process-kill", {&member});
  WaitUntilItServesNoWatch(member);
  HealAndAgree(killed);

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
  const std::int64_t last = evidence().commits.front().commits.back().revision;
  for (const std::int64_t from : {std::int64_t{1}, last / 2, last})
    ExpectEachMemberToBringAllFrom(from);
}

STORE_SCENARIO_F(UnderHistory, WatchStreamOfACompactedRangeIsRefused) {
  Require(capability::kWatchHistory);
  Node& member = *followers(FormClusterUnderWatch()).at(0);

  const std::int64_t compacted = CompactEverything();
  ExpectEachMemberToRefuse(1, compacted);
  ExpectEachMemberToRefuse(compacted - 1, compacted);
  ActiveFault killed = Inject("process-kill", {&member});
  WaitUntilItServesNoWatch(member);
  HealAndAgree(killed);
  ExpectEachMemberToRefuse(compacted - 1, compacted);

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
  ExpectEachMemberToBringAllFrom(compacted + 1);
}

STORE_SCENARIO_F(UnderHistory, WatchStreamFromACompactedDeletionTellsIt) {
  Require(capability::kWatchHistory);
  Node& leader = FormClusterUnderWatch();

  const auto client = store().Connect(leader);
  ASSERT_EQ(client->Put("doomed", "1", Within(10s)).outcome, Outcome::kOk);
  const StoreReply deleted = client->Delete("doomed", Within(10s));
  ASSERT_EQ(deleted.outcome, Outcome::kOk);
  store().WaitForAgreement(Within(30s));
  store().Compact(deleted.revision, Within(30s));
  ExpectProgress();
  const Brought brought =
      Watch(store(), leader, deleted.revision, deleted.revision + 1);

  const bool told = !brought.events.empty() &&
                    brought.events.front().revision == deleted.revision;
  if (HasKnownBug(known_bug::kCompactionDropsTombstone)) {
    EXPECT_FALSE(told) << "is it mended in this version?";
  } else {
    EXPECT_TRUE(told) << "first came "
                      << testing::PrintToString(Shown(brought.events));
  }
  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
}

}  // namespace faultline
