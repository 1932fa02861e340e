// T040 step 4: watches through faults of the members that serve them.
#include "under_watch.h"

namespace faultline {

using std::chrono_literals::operator""s;

STORE_SCENARIO_F(UnderWatch, WatchStreamSurvivesKillOfTheLeader) {
  Node& leader = FormClusterUnderWatch();
  WaitUntilItServesAWatch(leader);

  ActiveFault killed = Inject("process-kill", {&leader});
  WaitUntilItServesNoWatch(leader);
  ExpectElectionWithout(leader);
  HealAndAgree(killed);

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderWatch, WatchStreamSurvivesPowerCutOfItsMember) {
  Node& member = *followers(FormClusterUnderWatch()).at(0);
  WaitUntilItServesAWatch(member);

  ActiveFault cut = Inject("power-cut", {&member});
  WaitUntilItServesNoWatch(member);
  ExpectProgress();
  HealAndAgree(cut);

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderWatch, WatchStreamSurvivesIsolationOfItsMember) {
  Node& member = *followers(FormClusterUnderWatch()).at(0);
  WaitUntilItServesAWatch(member);

  ActiveFault cut = Inject("isolate", {&member});
  OutlastElection();
  WaitUntilItServesNoWatch(member);
  ExpectProgress();
  HealAndAgree(cut);

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderWatch, WatchStreamSurvivesIsolationOfTheLeader) {
  Node& leader = FormClusterUnderWatch();
  WaitUntilItServesAWatch(leader);

  ActiveFault cut = Inject("isolate", {&leader});
  ExpectElectionWithout(leader);
  WaitUntilItServesNoWatch(leader);
  HealAndAgree(cut);

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
}

namespace {

// Watches that leave their member after a second each time.
class UnderRestlessWatch : public UnderWatch {
 protected:
  using UnderWatch::UnderWatch;

  std::vector<WatchTraffic> Watches() override {
    std::vector<WatchTraffic> watches = UnderWatch::Watches();
    for (WatchTraffic& watch : watches) watch.stay = 1s;
    return watches;
  }
};

// One watch of three reads nothing for seconds on end.
class UnderSlowWatch : public UnderWatch {
 protected:
  using UnderWatch::UnderWatch;

  std::vector<WatchTraffic> Watches() override {
    std::vector<WatchTraffic> watches = UnderWatch::Watches();
    watches.back().stall = 6s;
    return watches;
  }

  void WaitUntilTheSlowOneLagsBy(std::int64_t revisions) {
    const std::size_t slow = Watches().size() - 1;
    Eventually(Within(60s), "the slow watch lags", [&](LastSeen& seen) {
      const std::int64_t lag = watchers().reached(0) - watchers().reached(slow);
      seen.Set(fmt::format("{} of {} revisions", lag, revisions));
      most_ = std::max(most_, lag);
      return lag >= revisions;
    });
    RecordFact("the slow watch's lag", fmt::format("{} revisions", most_));
  }

 private:
  std::int64_t most_ = 0;
};

}  // namespace

STORE_SCENARIO_F(UnderRestlessWatch, WatchStreamGoesFromMemberToMember) {
  Node& leader = FormClusterUnderWatch();

  ActiveFault killed = Inject("process-kill", {&leader});
  ExpectElectionWithout(leader);
  HealAndAgree(killed);

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
  EXPECT_GT(counts().left + counts().refusals, 5) << "they stayed";
}

STORE_SCENARIO_F(UnderSlowWatch, WatchStreamOfASlowConsumerMissesNothing) {
  FormClusterUnderWatch({.clients = 12, .pause = std::chrono::milliseconds(1)});

  WaitUntilTheSlowOneLagsBy(100);
  ExpectProgress();

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderSlowWatch, WatchStreamOfASlowConsumerSurvivesKill) {
  Node& leader = FormClusterUnderWatch(
      {.clients = 12, .pause = std::chrono::milliseconds(1)});

  WaitUntilTheSlowOneLagsBy(100);
  ActiveFault killed = Inject("process-kill", {&leader});
  ExpectElectionWithout(leader);
  HealAndAgree(killed);

  ExpectAllHeldAndNothingMissed();
  EXPECT_THAT(JudgeRecovery(), Holds());
}

}  // namespace faultline
