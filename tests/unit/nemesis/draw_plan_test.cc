#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "faultline/base/error.h"
#include "faultline/fault/catalogue/fault_catalogue.h"
#include "faultline/nemesis/plan_rules.h"
#include "support/throws.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::uint64_t kSeeds = 1000;

PlanRules Rules() {
  PlanRules rules;
  rules.kinds = ChooseKinds({}, 3);
  rules.most = 6;
  return rules;
}

// Faults that hold at the same moment, for each moment at which one begins.
template <typename Check>
void ForEachMoment(const FaultPlan& plan, Check check) {
  for (const PlannedFault& moment : plan.faults) {
    std::vector<PlannedFault> active;
    for (const PlannedFault& planned : plan.faults) {
      const bool holds =
          planned.start <= moment.start && moment.start < planned.end();
      if (holds) active.push_back(planned);
    }
    check(active);
  }
}

// What is left, found by trying every set of nodes: none of the rules' own
// code.
bool KeepsATwoWayMajority(const std::vector<PlannedFault>& active) {
  const std::vector<std::string> nodes = NodeNames(3);
  std::set<std::string> down;
  std::set<std::pair<std::string, std::string>> cuts;
  for (const PlannedFault& planned : active) {
    const FaultImpact impact = ImpactOf(planned.fault, nodes);
    down.insert(impact.down.begin(), impact.down.end());
    cuts.insert(impact.cuts.begin(), impact.cuts.end());
  }
  for (const std::string& a : nodes) {
    for (const std::string& b : nodes) {
      if (a < b && !down.contains(a) && !down.contains(b) &&
          !cuts.contains({a, b}) && !cuts.contains({b, a}))
        return true;
    }
  }
  return false;
}

TEST(DrawnPlan, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    EXPECT_EQ(DrawPlan(Rules(), seed), DrawPlan(Rules(), seed));
  }
  EXPECT_NE(ToText(DrawPlan(Rules(), 1)), ToText(DrawPlan(Rules(), 2)));
}

TEST(DrawnPlan, IsValidAndSurvivesItsText) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const FaultPlan plan = DrawPlan(Rules(), seed);
    ValidatePlan(plan, 3);
    EXPECT_EQ(ParsePlan(ToText(plan), "plan"), plan);
  }
}

TEST(DrawnPlan, KeepsCountsTimesAndOverlapsWithinTheRules) {
  const PlanRules rules = Rules();
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const FaultPlan plan = DrawPlan(rules, seed);
    EXPECT_GE(plan.faults.size(), 1U);
    EXPECT_LE(plan.faults.size(), 6U);
    for (const PlannedFault& planned : plan.faults) {
      EXPECT_GE(planned.start, rules.earliest);
      EXPECT_LE(planned.start, rules.latest);
      EXPECT_GE(planned.duration, rules.shortest);
      EXPECT_LE(planned.duration, rules.longest);
    }
    ForEachMoment(plan,
                  [](const auto& active) { EXPECT_LE(active.size(), 2U); });
  }
}

TEST(DrawnPlan, KeepsTheQuorumUnlessAllowedToLoseIt) {
  PlanRules rules = Rules();
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const FaultPlan plan = DrawPlan(rules, seed);
    ForEachMoment(plan, [&](const auto& active) {
      EXPECT_TRUE(KeepsATwoWayMajority(active)) << ToText(plan);
    });
  }
  rules.may_lose_quorum = true;
  bool lost = false;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    ForEachMoment(DrawPlan(rules, seed), [&](const auto& active) {
      lost = lost || !KeepsATwoWayMajority(active);
    });
  }
  EXPECT_TRUE(lost);
}

// Filters that a node's neighbours load must not meet its death: they could be
// neither loaded nor taken away.
TEST(DrawnPlan, StopsNoMachineThatAnotherFaultAffects) {
  PlanRules rules = Rules();
  rules.may_lose_quorum = true;
  rules.kinds = ChooseKinds(
      {"filter-partition", "bridge", "ring", "power-cut", "freeze"}, 3);
  const std::vector<std::string> nodes = NodeNames(3);
  int together = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const FaultPlan plan = DrawPlan(rules, seed);
    ForEachMoment(plan, [&](const auto& active) {
      std::map<std::string, int> affecting;
      for (const PlannedFault& planned : active) {
        for (const std::string& node : ImpactOf(planned.fault, nodes).affected)
          ++affecting[node];
      }
      for (const auto& [node, count] : affecting)
        EXPECT_EQ(count, 1) << node << " in\n" << ToText(plan);
      together += active.size() > 1 ? 1 : 0;
    });
  }
  EXPECT_GT(together, 0);
}

TEST(DrawnPlan, HasNothingElseBesideAChangeOfMembership) {
  PlanRules rules = Rules();
  rules.may_lose_quorum = true;
  int changes = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    ForEachMoment(DrawPlan(rules, seed), [&](const auto& active) {
      const auto is_change = [](const PlannedFault& planned) {
        return FindFaultKind(planned.fault.kind).area == FaultArea::kMembership;
      };
      if (std::ranges::none_of(active, is_change)) return;
      ++changes;
      EXPECT_EQ(active.size(), 1U);
    });
  }
  EXPECT_GT(changes, 0);
}

TEST(DrawnPlan, ComesToEveryKindAndNode) {
  PlanRules rules = Rules();
  rules.may_lose_quorum = true;
  std::map<std::string, int> kinds;
  std::set<std::string> nodes;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    for (const PlannedFault& planned : DrawPlan(rules, seed).faults) {
      ++kinds[planned.fault.kind];
      nodes.insert(planned.fault.targets.begin(), planned.fault.targets.end());
    }
  }
  for (const FaultKind* kind : rules.kinds) {
    EXPECT_GT(kinds[kind->name], 0) << kind->name;
  }
  EXPECT_EQ(nodes.size(), 3U);
}

TEST(DrawnPlan, WithAQuorumComesToEveryKindThatCanKeepIt) {
  std::map<std::string, int> kinds;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    for (const PlannedFault& planned : DrawPlan(Rules(), seed).faults)
      ++kinds[planned.fault.kind];
  }
  for (const FaultKind* kind : Rules().kinds) {
    EXPECT_EQ(kinds[kind->name] > 0, !AlwaysLosesQuorum(*kind, 3))
        << kind->name;
  }
  EXPECT_TRUE(AlwaysLosesQuorum(FindFaultKind("ring"), 3));
}

TEST(DrawnPlan, LeavesOutWhatTheServiceCannotAndSaysSo) {
  PlanRules rules = Rules();
  const std::vector<Gap> gaps =
      LeaveOutGaps(rules.kinds, {capability::kLeader}, "nginx");
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(Describe(gaps[0]),
            "gap: membership: fault remove-member needs it, nginx does not "
            "have it");
  for (const FaultKind* kind : rules.kinds)
    EXPECT_FALSE(kind->needs.contains(capability::kMembership)) << kind->name;
  EXPECT_EQ(rules.kinds.size(), Rules().kinds.size() - 2);
}

TEST(DrawnPlan, HasOnlyTheChosenKindsAndTargets) {
  PlanRules rules = Rules();
  rules.kinds = ChooseKinds({"process-kill", "isolate"}, 3);
  rules.targets = {"node2"};
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    for (const PlannedFault& planned : DrawPlan(rules, seed).faults) {
      EXPECT_THAT(planned.fault.kind,
                  testing::AnyOf("process-kill", "isolate"));
      EXPECT_THAT(planned.fault.targets, testing::ElementsAre("node2"));
    }
  }
}

TEST(DrawnPlan, FromUnusableRulesIsRefused) {
  PlanRules rules = Rules();
  rules.latest = 0ms;
  EXPECT_THAT(ErrorOf([&] { DrawPlan(rules, 1); }), HasSubstr("latest start"));
  rules = Rules();
  rules.kinds.clear();
  EXPECT_THAT(ErrorOf([&] { DrawPlan(rules, 1); }), HasSubstr("no kind"));
  EXPECT_THAT(ErrorOf([] { ChooseKinds({"no-such-fault"}, 3); }),
              HasSubstr("no-such-fault"));
  rules = Rules();
  rules.nodes = 1;
  rules.kinds = ChooseKinds({"process-kill"}, 1);
  EXPECT_THAT(ErrorOf([&] { DrawPlan(rules, 1); }), HasSubstr("no fault fits"));
}

}  // namespace
}  // namespace faultline
