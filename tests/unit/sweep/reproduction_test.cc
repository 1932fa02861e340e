#include "faultline/sweep/reproduction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "faultline/base/error.h"
#include "faultline/nemesis/plan_rules.h"
#include "faultline/sweep/sweep_load.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

SweepOutcome OutcomeWith(Verdict verdict) {
  SweepOutcome outcome;
  outcome.verdicts = {std::move(verdict)};
  return outcome;
}

TEST(Reproductions, AreWhatASweepCanRun) {
  std::set<std::string> names;
  for (const Reproduction& each : Reproductions()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_NO_THROW(FindSweepLoad(each.load)) << each.name;
    EXPECT_NO_THROW(ValidatePlan(each.plan, each.plan.nodes)) << each.name;
    EXPECT_FALSE(each.plan.faults.empty()) << each.name;
    EXPECT_FALSE(each.property.empty()) << each.name;
  }
}

TEST(Reproductions, AnUnknownOneNamesWhatExists) {
  EXPECT_THAT([] { FindReproduction("etcd-1"); },
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr("\"etcd-1\""), HasSubstr("etcd-15220"))));
}

TEST(Reproductions, OnlyTheirPropertyCounts) {
  const Reproduction& bug = FindReproduction("etcd-15220");
  const auto judged = [&](Judgement judgement, const std::string& property) {
    return JudgeReproduction(bug, OutcomeWith({judgement, property, {"why"}}))
        .judgement;
  };
  EXPECT_EQ(judged(Judgement::kViolated, "watch: " + bug.property),
            Judgement::kViolated);
  EXPECT_EQ(judged(Judgement::kHolds, "watch: a; " + bug.property),
            Judgement::kHolds);
  EXPECT_EQ(judged(Judgement::kViolated, "linearizable as a map"),
            Judgement::kUnknown);
  EXPECT_EQ(judged(Judgement::kUnknown, "watch: " + bug.property),
            Judgement::kUnknown);
}

}  // namespace
}  // namespace faultline
