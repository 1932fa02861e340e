// T040 step 4: clients that try again, one object each for the whole run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "faultline/workload/kv/store_load_client.h"
#include "faultline/workload/retry/attempt_recorder.h"
#include "under_load.h"

namespace faultline {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

namespace {

class UnderRetries : public UnderLoad {
 protected:
  using UnderLoad::UnderLoad;

  StoreTraffic Traffic() override {
    attempts_ = std::make_unique<AttemptRecorder>(
        run_directory().path() / "attempts.jsonl", recorder());
    return {.keys = 12,
            .retry = RetryTraffic{.policy = policy_,
                                  .guard = WriteGuard::kUniqueValues,
                                  .limit = 30s,
                                  .attempts = attempts_.get()}};
  }

  void TearDown() override {
    UnderLoad::TearDown();
    attempts_.reset();
  }

  // After Judge, which demands more of members and disks: acknowledged writes
  // are there once, others at most once.
  void ExpectNoWriteTwice() {
    std::map<std::string, int> times;
    for (const Commit& commit : evidence().commits.front().commits)
      if (commit.value && !commit.key.starts_with("probe/"))
        ++times[*commit.value];
    const auto twice = std::ranges::count_if(
        times, [](const auto& entry) { return entry.second > 1; });
    RecordFact("writes applied twice",
               fmt::format("{} of {}", twice, times.size()));
    EXPECT_EQ(twice, 0);
  }

  RetryCounts CountAndRecord() {
    const RetryCounts counts = CountRetries(attempts_->Snapshot());
    RecordFact("retries", ToText(counts));
    std::map<std::string, int> ends;
    for (const Operation& operation : history().operations) {
      const bool refused = operation.error == internal::kComparisonFailed;
      ++ends[refused ? "comparison failed" : ToText(operation.outcome)];
    }
    RecordFact("requests after all retries",
               fmt::format("{}", fmt::join(ends, ", ")));
    return counts;
  }

  std::int64_t AttemptsBetween(std::int64_t from, std::int64_t until) const {
    return std::ranges::count_if(
        attempts_->Snapshot(), [&](const AttemptRecord& attempt) {
          return attempt.at_ns >= from && attempt.at_ns < until;
        });
  }

  const RetryPolicy& policy() const { return policy_; }

 private:
  const RetryPolicy policy_{.most_attempts = 30,
                            .first_pause = 50ms,
                            .growth = 2,
                            .longest_pause = 2s,
                            .jitter = 0.5,
                            .attempt_timeout = 2s};
  std::unique_ptr<AttemptRecorder> attempts_;
};

}  // namespace

STORE_SCENARIO_F(UnderRetries, ClientRetriesThroughLeaderChange) {
  Node* leader = &FormClusterUnderLoad();

  for (const char* fault : {"process-kill", "isolate"}) {
    ActiveFault lost = Inject(fault, {leader});
    ExpectElectionWithout(*leader);
    HealAndAgree(lost);
    leader = &store().WaitForLeader(Within(kHealLimit));
  }

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
  ExpectNoWriteTwice();
  const RetryCounts counts = CountAndRecord();
  EXPECT_GT(counts.recovered, 0) << "nothing had to be tried again";
  EXPECT_LE(counts.most_attempts, policy().most_attempts);
  EXPECT_LE(counts.longest_pause_ns, policy().longest_pause.count());
}

STORE_SCENARIO_F(UnderRetries, RetryStormIsBounded) {
  constexpr int kClients = 30;
  Node& leader = FormClusterUnderLoad({.clients = kClients, .pause = 100ms});

  ActiveFault lost = Inject("process-kill", {&leader, followers(leader).at(1)});
  const std::int64_t lost_at = recorder().Now();
  OutlastElection();
  OutlastElection();
  const std::int64_t healed_at = recorder().Now();
  HealAndAgree(lost);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecoveryAfterFaults(), Holds());
  ExpectNoWriteTwice();
  CountAndRecord();
  // Each client has one request under way; its attempts take time, too.
  const std::int64_t bound =
      kClients *
      (1 + MostAttemptsWithin(policy(), Duration(healed_at - lost_at)));
  const std::int64_t made = AttemptsBetween(lost_at, healed_at);
  RecordFact("attempts in the outage",
             fmt::format("{} in {}, bound {}", made,
                         ToText(Duration(healed_at - lost_at)), bound));
  EXPECT_LE(made, bound);
  EXPECT_GT(made, kClients) << "no storm";
}

}  // namespace faultline
