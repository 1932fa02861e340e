#include "faultline/check/availability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kSecond = 1'000'000'000;

// One probe a second; each digit is an answer, '.' is none.
std::vector<Probe> Series(const std::string& answers) {
  std::vector<Probe> probes;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto due = static_cast<std::int64_t>(i) * kSecond;
    const bool answered = answers[i] == '1';
    probes.push_back({due, answered ? due + kSecond / 10 : 0, answered});
  }
  return probes;
}

TEST(Outages, AreMaximalRunsOfFailedProbes) {
  const auto outages = FindOutages(Series("11..1...1"));
  ASSERT_THAT(outages, SizeIs(2));
  EXPECT_EQ(outages[0].begin_ns, 2 * kSecond);
  EXPECT_EQ(outages[0].end_ns, 4 * kSecond + kSecond / 10);
  EXPECT_TRUE(outages[0].ended);
  EXPECT_EQ(outages[1].length_ns(), 3 * kSecond + kSecond / 10);
}

TEST(Outages, ThatLastToTheEndAreNotEnded) {
  const auto outages = FindOutages(Series("1.."));
  ASSERT_THAT(outages, SizeIs(1));
  EXPECT_FALSE(outages[0].ended);
  EXPECT_EQ(outages[0].end_ns, 2 * kSecond);
}

TEST(Outages, AreNoneIfAllIsAnswered) {
  EXPECT_THAT(FindOutages(Series("111")), IsEmpty());
  EXPECT_THAT(FindOutages({}), IsEmpty());
}

TEST(Recovery, HoldsIfEveryOutageIsShortEnough) {
  const Verdict verdict = CheckRecovery(Series("11..1.1"), 3 * kSecond);
  EXPECT_TRUE(verdict.Holds());
  EXPECT_THAT(verdict.evidence, Contains(HasSubstr("outages: 2")));
  EXPECT_TRUE(CheckRecovery(Series("1"), kSecond).Holds());
}

TEST(Recovery, IsViolatedByALongOutage) {
  const Verdict verdict = CheckRecovery(Series("11..1"), 2 * kSecond);
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.evidence,
              Contains("down from 2.000 s until 4.100 s (2.100 s)"));
}

TEST(Recovery, IsViolatedByAnOutageThatNeverEnds) {
  const Verdict verdict = CheckRecovery(Series("11...."), 2 * kSecond);
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.evidence, Contains(HasSubstr("still at the last probe")));
}

TEST(Recovery, IsUnknownIfTheProbesEndBeforeAnOutageIsLate) {
  for (const char* answers : {"11.", "11...", "1..1.."}) {
    const Verdict verdict = CheckRecovery(Series(answers), 3 * kSecond);
    EXPECT_EQ(verdict.judgement, Judgement::kUnknown) << answers;
    EXPECT_THAT(verdict.evidence, Contains(HasSubstr("might have ended")));
  }
  EXPECT_EQ(CheckRecovery(Series("1....1."), 3 * kSecond).judgement,
            Judgement::kViolated);
}

TEST(Recovery, IsUnknownIfNothingWorkedBeforeTheFirstFailure) {
  EXPECT_EQ(CheckRecovery({}, kSecond).judgement, Judgement::kUnknown);
  EXPECT_EQ(CheckRecovery(Series(".11"), kSecond).judgement,
            Judgement::kUnknown);
}

// Series: a probe a second, answered a tenth of a second later.
TEST(Recovery, IsAwaitedFromTheEndOfADowntime) {
  const std::vector<Probe> probes = Series("11.....111.11");
  const std::vector<Downtime> down = {{2 * kSecond, 6 * kSecond}};
  EXPECT_TRUE(CheckRecovery(probes, 2 * kSecond, down).Holds());
  EXPECT_EQ(CheckRecovery(probes, kSecond, down).judgement,
            Judgement::kViolated);
  EXPECT_EQ(CheckRecovery(probes, 2 * kSecond).judgement, Judgement::kViolated);
}

TEST(Recovery, IsNotHelpedByADowntimeThatTheOutageDoesNotTouch) {
  const std::vector<Probe> probes = Series("11.....111.11");
  for (const Downtime& elsewhere :
       {Downtime{0, kSecond}, Downtime{8 * kSecond, 12 * kSecond}})
    EXPECT_EQ(CheckRecovery(probes, 2 * kSecond, {elsewhere}).judgement,
              Judgement::kViolated);
}

TEST(Recovery, IsNotExcusedByADowntimeThatCameTooLate) {
  const std::vector<Probe> probes = Series("11......111");
  const std::vector<Downtime> moments = {{2 * kSecond, 2 * kSecond},
                                         {8 * kSecond, 8 * kSecond}};
  EXPECT_EQ(CheckRecovery(probes, 2 * kSecond, moments).judgement,
            Judgement::kViolated);
  EXPECT_TRUE(CheckRecovery(probes, 7 * kSecond, moments).Holds());
}

// A downtime is no permission to stay down for good.
TEST(Recovery, FromADowntimeMustComeToo) {
  EXPECT_EQ(
      CheckRecovery(Series("11......."), kSecond, {{2 * kSecond, 6 * kSecond}})
          .judgement,
      Judgement::kViolated);
}

TEST(LateOutages, AreThoseBeyondTheLimit) {
  const auto late =
      LateOutages(Series("1.1...1..1"), 2 * kSecond + kSecond / 2);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late.front().begin_ns, 3 * kSecond);
}

TEST(OutageDistributions, TakeTheWorstOutageOfEachRepetition) {
  std::vector<std::vector<Probe>> repetitions;
  for (int seconds = 1; seconds <= 20; ++seconds) {
    repetitions.push_back(Series(
        "1.1" + std::string(static_cast<std::size_t>(seconds), '.') + "1"));
  }
  const OutageDistribution outages = DescribeOutages(repetitions);
  EXPECT_EQ(outages.repetitions, 20);
  EXPECT_EQ(outages.unrecovered, 0);
  EXPECT_EQ(outages.min_ns, kSecond + kSecond / 10);
  EXPECT_EQ(outages.median_ns, 10 * kSecond + kSecond / 10);
  EXPECT_EQ(outages.p95_ns, 19 * kSecond + kSecond / 10);
  EXPECT_EQ(outages.max_ns, 20 * kSecond + kSecond / 10);
  EXPECT_EQ(ToText(outages),
            "worst outage: min 1.100 s, median 10.100 s, p95 19.100 s, max "
            "20.100 s (n=20)");
}

TEST(OutageDistributions, CountWhatNeverEnded) {
  const auto outages = DescribeOutages({Series("111"), Series("1.")});
  EXPECT_EQ(outages.unrecovered, 1);
  EXPECT_EQ(outages.min_ns, 0);
  EXPECT_THAT(ToText(outages), HasSubstr("(n=2), 1 never ended"));
}

TEST(Recoveries, NameTheRepetitionThatTookTooLong) {
  EXPECT_TRUE(CheckRecoveries({Series("1.1")}, 2 * kSecond).Holds());
  const Verdict late =
      CheckRecoveries({Series("1.1"), Series("1...1")}, 2 * kSecond);
  EXPECT_EQ(late.judgement, Judgement::kViolated);
  EXPECT_THAT(late.evidence, Contains(HasSubstr("repetition 2: down from")));
  EXPECT_EQ(CheckRecoveries({Series("1"), Series(".1")}, kSecond).judgement,
            Judgement::kUnknown);
  EXPECT_EQ(CheckRecoveries({}, kSecond).judgement, Judgement::kUnknown);
}

TEST(StarvedMachines, ExcuseALateRecoveryAndNothingElse) {
  const Verdict late{Judgement::kViolated, "in time", {"down for 28 s"}};
  const Verdict excused = ExcuseStarvedMachines(late, 0.93);
  EXPECT_EQ(excused.judgement, Judgement::kUnknown);
  EXPECT_EQ(excused.evidence.back(),
            "meanwhile a machine waited for a processor 93 % of the time that "
            "it wanted one: this host has too much to do");
  EXPECT_EQ(ExcuseStarvedMachines(late, 0.5).judgement, Judgement::kViolated);
  const Verdict held{Judgement::kHolds, "in time", {}};
  EXPECT_EQ(ExcuseStarvedMachines(held, 0.93).judgement, Judgement::kHolds);
}

}  // namespace
}  // namespace faultline
