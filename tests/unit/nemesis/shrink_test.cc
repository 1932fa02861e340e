#include "faultline/nemesis/shrink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "faultline/base/random.h"
#include "support/throws.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// node1, node2, ... are named by letters here: what matters is which are there.
FaultPlan PlanOf(int faults) {
  FaultPlan plan{.nodes = 3, .seed = 7, .faults = {}};
  for (int i = 1; i <= faults; ++i) {
    plan.faults.push_back({.start = 1000ms * i,
                           .duration = 3200ms,
                           .fault = {"f" + std::to_string(i), {"node1"}}});
  }
  return plan;
}

const PlannedFault* Find(const FaultPlan& plan, const std::string& kind) {
  const auto found = std::ranges::find(
      plan.faults, kind,
      [](const PlannedFault& planned) { return planned.fault.kind; });
  return found == plan.faults.end() ? nullptr : &*found;
}

std::string Kinds(const FaultPlan& plan) {
  std::string kinds;
  for (const PlannedFault& planned : plan.faults) {
    kinds += planned.fault.kind + " ";
  }
  return kinds;
}

ShrinkOptions Once() { return {.repetition = {1, 1}}; }

TEST(Shrinking, FindsTheOneFaultThatFailsAlone) {
  for (const std::string culprit : {"f1", "f4", "f7"}) {
    const ShrunkPlan shrunk = ShrinkPlan(
        PlanOf(7),
        [&](const FaultPlan& plan) { return Find(plan, culprit) != nullptr; },
        Once());
    EXPECT_EQ(Kinds(shrunk.plan), culprit + " ");
    EXPECT_TRUE(shrunk.minimal);
    EXPECT_EQ(shrunk.plan.faults[0].duration, 100ms);
  }
}

TEST(Shrinking, FindsThePairThatFailsOnlyTogether) {
  const ShrunkPlan shrunk = ShrinkPlan(
      PlanOf(8),
      [](const FaultPlan& plan) {
        return Find(plan, "f2") && Find(plan, "f7");
      },
      Once());
  EXPECT_EQ(Kinds(shrunk.plan), "f2 f7 ");
  EXPECT_TRUE(shrunk.minimal);
  EXPECT_EQ(shrunk.plan.faults[1].start, 7000ms);
}

TEST(Shrinking, FindsEverySetOfThreeOfSix) {
  for (int set = 0; set < 64; ++set) {
    if (__builtin_popcount(static_cast<unsigned>(set)) != 3) continue;
    const auto fails = [&](const FaultPlan& plan) {
      for (int i = 0; i < 6; ++i) {
        const bool needed = (set >> i & 1) != 0;
        if (needed && !Find(plan, "f" + std::to_string(i + 1))) return false;
      }
      return true;
    };
    const ShrunkPlan shrunk = ShrinkPlan(PlanOf(6), fails, Once());
    EXPECT_EQ(shrunk.plan.faults.size(), 3U);
    EXPECT_TRUE(fails(shrunk.plan));
  }
}

TEST(Shrinking, HalvesDurationsWhileItFails) {
  const ShrunkPlan shrunk = ShrinkPlan(
      PlanOf(3),
      [](const FaultPlan& plan) {
        const PlannedFault* fault = Find(plan, "f2");
        return fault && fault->duration >= 700ms;
      },
      Once());
  EXPECT_EQ(Kinds(shrunk.plan), "f2 ");
  EXPECT_EQ(shrunk.plan.faults[0].duration, 800ms);
}

TEST(Shrinking, FailureThatNeedsNoFaultEndsWithNone) {
  const ShrunkPlan shrunk =
      ShrinkPlan(PlanOf(4), [](const FaultPlan&) { return true; }, Once());
  EXPECT_TRUE(shrunk.plan.faults.empty());
  EXPECT_TRUE(shrunk.minimal);
  EXPECT_EQ(shrunk.runs, 2);
}

TEST(Shrinking, FailureThatDoesNotComeAgainLeavesThePlanWhole) {
  const ShrunkPlan shrunk =
      ShrinkPlan(PlanOf(4), [](const FaultPlan&) { return false; });
  EXPECT_EQ(shrunk.plan, PlanOf(4));
  EXPECT_FALSE(shrunk.reproduced);
  EXPECT_FALSE(shrunk.minimal);
  EXPECT_EQ(shrunk.runs, 2);  // 2 of 3 are out of reach then
}

TEST(Shrinking, OfAFlakyFailureFindsTheSamePair) {
  internal::RandomStream random(4711, 0);
  const auto fails = [&](const FaultPlan& plan) {
    const bool can = Find(plan, "f3") && Find(plan, "f5");
    return can && random.Fraction() < 0.8;
  };
  for (int i = 0; i < 20; ++i) {
    const ShrunkPlan shrunk =
        ShrinkPlan(PlanOf(6), fails, {.repetition = {2, 9}});
    EXPECT_EQ(Kinds(shrunk.plan), "f3 f5 ");
    EXPECT_EQ(shrunk.plan.faults[0].duration, 100ms);
  }
}

TEST(Shrinking, StopsAtItsTimeWithTheSmallestSoFar) {
  int runs = 0;
  ShrinkOptions options = Once();
  const auto fails = [&](const FaultPlan& plan) {
    ++runs;
    return Find(plan, "f2") != nullptr;
  };
  options.until = std::chrono::steady_clock::now();
  const ShrunkPlan shrunk = ShrinkPlan(PlanOf(4), fails, options);
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(shrunk.plan, PlanOf(4));
  EXPECT_FALSE(shrunk.minimal);
}

TEST(Shrinking, TriesNoPlanTwice) {
  std::vector<std::string> tried;
  ShrinkPlan(
      PlanOf(8),
      [&](const FaultPlan& plan) {
        tried.push_back(ToText(plan));
        return Find(plan, "f2") && Find(plan, "f7");
      },
      Once());
  std::ranges::sort(tried);
  EXPECT_EQ(std::ranges::adjacent_find(tried), tried.end());
}

TEST(Repetition, IsReadFromText) {
  EXPECT_EQ(ToText(ParseRepetition("2/3")), "2/3");
  for (const char* text : {"", "2", "2/", "/3", "4/3", "0/3", "2/3x", "-1/3"}) {
    EXPECT_THAT(ErrorOf([&] { ParseRepetition(text); }),
                HasSubstr("no repetition"))
        << text;
  }
}

}  // namespace
}  // namespace faultline
