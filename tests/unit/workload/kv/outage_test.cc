#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "faultline/base/eventually.h"
#include "faultline/check/availability.h"
#include "faultline/workload/kv/store_workload.h"
#include "support/faulty_store.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;

constexpr Duration kInterval = 50ms;

class OutageMeasurement : public testing::TestWithParam<OutageKind> {
 protected:
  void WaitForMissedProbes(int count) {
    Eventually(Within(20s), "probes without answer",
               [&] { return store_.missed_probes() >= count; });
  }

  ScratchDirectory scratch_;
  Recorder recorder_{scratch_.path() / "history.jsonl", {}};
  FaultyStore store_{3};
  StoreWorkload load_{store_,
                      {},
                      {.clients = 3, .pause = 5ms, .probe_interval = kInterval},
                      1,
                      recorder_};
};

Outage Longest(const std::vector<Outage>& outages) {
  if (outages.empty()) return {};
  return *std::max_element(outages.begin(), outages.end(),
                           [](const Outage& a, const Outage& b) {
                             return a.length_ns() < b.length_ns();
                           });
}

TEST_P(OutageMeasurement, FindsBeginAndEndWithinTwoIntervals) {
  load_.Start();
  load_.WaitForAcknowledged(50, Within(20s));
  const std::int64_t began = recorder_.Now();
  store_.BeginOutage(GetParam());
  WaitForMissedProbes(15);
  store_.EndOutage();
  const std::int64_t ended = recorder_.Now();
  load_.WaitForAcknowledged(100, Within(20s));
  const std::vector<Probe> probes = load_.Stop().probes;

  const Outage outage = Longest(FindOutages(probes));
  const auto slack = static_cast<double>((2 * kInterval).count());
  EXPECT_TRUE(outage.ended);
  EXPECT_NEAR(static_cast<double>(outage.begin_ns), static_cast<double>(began),
              slack);
  EXPECT_NEAR(static_cast<double>(outage.end_ns), static_cast<double>(ended),
              slack);
  EXPECT_TRUE(CheckRecovery(probes, (20s / 1ns)).Holds());
  EXPECT_EQ(CheckRecovery(probes, outage.length_ns() - 1).judgement,
            Judgement::kViolated);
}

TEST_P(OutageMeasurement, ThatDoesNotEndIsViolatedOnceItIsLate) {
  load_.Start();
  load_.WaitForAcknowledged(50, Within(20s));
  store_.BeginOutage(GetParam());
  WaitForMissedProbes(9);
  const std::vector<Probe> probes = load_.Stop().probes;
  const Outage outage = Longest(FindOutages(probes));
  EXPECT_FALSE(outage.ended);
  EXPECT_EQ(CheckRecovery(probes, outage.length_ns() - 1).judgement,
            Judgement::kViolated);
  EXPECT_EQ(CheckRecovery(probes, 20s / 1ns).judgement, Judgement::kUnknown);
}

TEST_P(OutageMeasurement, ThatIsOverWhenTheLoadStopsIsSeenToBeOver) {
  load_.Start();
  load_.WaitForAcknowledged(50, Within(20s));
  store_.BeginOutage(GetParam());
  WaitForMissedProbes(9);
  store_.EndOutage();
  const std::vector<Probe> probes = load_.Stop().probes;
  EXPECT_TRUE(probes.back().answered);
  EXPECT_TRUE(CheckRecovery(probes, 20s / 1ns).Holds());
}

TEST_P(OutageMeasurement, FromTheFirstProbeOnIsInconclusive) {
  store_.BeginOutage(GetParam());
  load_.Start();
  WaitForMissedProbes(9);
  EXPECT_EQ(CheckRecovery(load_.Stop().probes, 20s / 1ns).judgement,
            Judgement::kUnknown);
}

INSTANTIATE_TEST_SUITE_P(Members, OutageMeasurement,
                         testing::Values(OutageKind::kRefuse,
                                         OutageKind::kSilent),
                         [](const auto& kind) {
                           return kind.param == OutageKind::kRefuse
                                      ? "Refuse"
                                      : "AreSilent";
                         });

TEST_F(OutageMeasurement, OneDeadMemberIsNoOutage) {
  load_.Start();
  load_.WaitForAcknowledged(50, Within(20s));
  store_.SetDown(2, true);
  load_.WaitForAcknowledged(200, Within(20s));
  const std::vector<Probe> probes = load_.Stop().probes;
  EXPECT_GT(probes.size(), 3U);
  // An outage by the dead member would not have ended; one by a busy host did.
  EXPECT_TRUE(CheckRecovery(probes, 5s / 1ns).Holds());
}

}  // namespace
}  // namespace faultline
