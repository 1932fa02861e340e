#include "faultline/cli/sweep_record.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace faultline {
namespace {

FaultPlan PlanOf(int faults) {
  FaultPlan plan;
  for (int i = 0; i < faults; ++i)
    plan.faults.push_back({.start = std::chrono::seconds(i),
                           .duration = std::chrono::seconds(1),
                           .fault = {.kind = "isolate", .targets = {"node1"}}});
  return plan;
}

TEST(SweepRecord, KeepsPlansWhatWasShrunkAndEveryRun) {
  SweepViolation violation{
      .what = {.plan = PlanOf(2), .load = "map", .seed = 9},
      .outcome = {},
      .shrunk = ShrunkPlan{.plan = PlanOf(1), .reproduced = true, .runs = 4},
      .plan_file = "/runs/run-1/smallest-plan.txt"};
  violation.outcome.evidence = "/runs/run-1";
  SweepSummary summary{.violated = 1, .violations = {violation}};
  summary.drawn = {{.name = "run-1",
                    .what = violation.what,
                    .judgement = Judgement::kViolated,
                    .reason = "lost"}};
  const auto json = nlohmann::json::parse(
      SweepRecord({.role = "ChainFire",
                   .shard = "1/1",
                   .started = "2026-01-01T00:00:00Z",
                   .rerun = "faultline sweep --role chainfire"},
                  summary));
  const auto& found = json.at("violations").at(0);
  EXPECT_EQ(found.at("run"), "run-1");
  EXPECT_EQ(found.at("plan_text"), ToText(PlanOf(2)));
  EXPECT_EQ(found.at("smallest_text"), ToText(PlanOf(1)));
  EXPECT_EQ(found.at("shrinking"),
            "the smallest failing plan so far, 1 of 2 faults after 4 runs");
  EXPECT_EQ(found.at("rerun"),
            "faultline sweep --role chainfire --plan "
            "/runs/run-1/smallest-plan.txt --loads map --seed 9 --runs 3");
  const auto& run = json.at("runs").at(0);
  EXPECT_EQ(run.at("judgement"), "failed");
  EXPECT_EQ(run.at("faults").size(), 2U);
}

}  // namespace
}  // namespace faultline
