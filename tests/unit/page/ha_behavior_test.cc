#include "faultline/page/ha_behavior.h"

#include <gmock/gmock.h>

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kKilled[] = "T040.S2.ChainFire.LeaderKilledMajorityElects";

StoredRun RunOf(const std::string& test, const std::string& role,
                const std::string& status, std::int64_t outage_ns = 0) {
  return {.test = test,
          .role = role,
          .status = status,
          .started = "2026",
          .acknowledged = 10,
          .outage_ns = outage_ns,
          .facts = {{"store", "etcd 1"}, {"outage bound", "5 s"}},
          .faults = {{.name = "power-cut", .healed_ns = 10, .back_ns = 30}}};
}

std::string SectionOf(const std::string& document, const std::string& name) {
  const std::size_t begin = document.find("\n## " + name + "\n");
  if (begin == std::string::npos) return "";
  return document.substr(begin, document.find("\n## ", begin + 1) - begin);
}

TEST(HaBehavior, TellsEveryComponentAlsoWithoutARun) {
  const std::string document = HaBehavior({}, {});
  for (const std::string& component : ComponentsOfT040())
    EXPECT_THAT(SectionOf(document, component), HasSubstr("No run is stored"));
  EXPECT_THAT(document, HasSubstr("| IAM fails over | **not run** | - |"));
  EXPECT_THAT(document, HasSubstr("no run is stored of ChainFire, FlareDB"));
}

TEST(HaBehavior, AFigureComesFromItsRuns) {
  const std::string document =
      HaBehavior({RunOf(kKilled, "ChainFire", "held", 2'000'000'000),
                  RunOf(kKilled, "ChainFire", "held", 3'500'000'000)},
                 {});
  EXPECT_THAT(document, HasSubstr("three nodes | held, 2 of 2 runs |"));
  const std::string section = SectionOf(document, "ChainFire");
  EXPECT_THAT(section, HasSubstr("power-cut | 2 of 2 | 2.00 s | 2.00 s | 3.50 "
                                 "s | 3.50 s | 5 s |"));
  EXPECT_THAT(section, HasSubstr("- Keeps its promises through `power-cut`: 2 "
                                 "of 2 runs held, outages of at most 3.50 s."));
  EXPECT_THAT(section, HasSubstr("`./faultline t040 'ChainFire'`"));
}

TEST(HaBehavior, WhatDidNotHoldIsNoCapability) {
  const std::string section = SectionOf(
      HaBehavior({RunOf(kKilled, "ChainFire", "held"),
                  RunOf(kKilled, "ChainFire", "failed", 9'000'000'000)},
                 {}),
      "ChainFire");
  EXPECT_THAT(section, HasSubstr("**Does not always keep its promises** "
                                 "through `power-cut`: 1 of 2"));
  EXPECT_THAT(section, HasSubstr("- Do not rely on " + std::string(kKilled)));
}

TEST(HaBehavior, AScenarioWithoutARunIsNotRunAndAHarnessErrorIsNone) {
  const std::string document =
      HaBehavior({RunOf(kKilled, "ChainFire", "broken")},
                 {kKilled, "T040.S4.ChainFire.WatchStreamSurvivesKill"});
  EXPECT_THAT(document, HasSubstr("1 more ended with an error of the harness"));
  const std::string section = SectionOf(document, "ChainFire");
  EXPECT_THAT(section, HasSubstr("| S2.ChainFire.LeaderKilledMajorityElects | "
                                 "- | **not run** |"));
  const std::string row = "| S4.ChainFire.WatchStreamSurvivesKill | - | **not";
  EXPECT_THAT(section, HasSubstr(row));
  EXPECT_THAT(SectionOf(document, "Watch"), HasSubstr(row));
  EXPECT_THAT(SectionOf(document, "FlareDB"), Not(HasSubstr(row)));
}

TEST(HaBehavior, AWatchIsFoundByItsName) {
  const std::string document = HaBehavior(
      {RunOf("T040.S4.FlareDB.WatchStreamResumes", "FlareDB", "held")}, {});
  EXPECT_THAT(SectionOf(document, "Watch"),
              HasSubstr("S4.FlareDB.WatchStreamResumes"));
  EXPECT_THAT(SectionOf(document, "FlareDB"),
              HasSubstr("S4.FlareDB.WatchStreamResumes"));
}

TEST(HaBehavior, AGapNamesWhatIsMissing) {
  StoredRun gap = RunOf("T040.S2.FlareDB.MemberReplaced", "FlareDB", "gap");
  gap.gap = "membership";
  gap.facts["gap"] = "gap: membership: it cannot";
  const std::string section = SectionOf(HaBehavior({gap}, {}), "FlareDB");
  EXPECT_THAT(section, HasSubstr("- T040.S2.FlareDB.MemberReplaced: gap: "
                                 "membership: it cannot"));
  EXPECT_THAT(section, Not(HasSubstr("Do not rely on")));
}

}  // namespace
}  // namespace faultline
