#include "faultline/page/index_page.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "faultline/base/files.h"
#include "faultline/page/templates.h"
#include "faultline/page/timeline.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::Lt;
using testing::Not;

CataloguedRun RunOf() {
  CataloguedRun run{.report = {}, .directory = "T040.S2.ChainFire.X/1"};
  run.report.test = "T040.S2.ChainFire.X";
  run.report.status = "failed";
  run.report.rerun = "ctest -R x";
  run.report.verdicts = {
      {Judgement::kHolds, "durable", {}},
      {Judgement::kViolated, "linearizable", {"a stale read"}}};
  run.outage_ns = 2'500'000'000;
  return run;
}

nlohmann::json DataOf(const RunCatalogue& catalogue) {
  return nlohmann::json::parse(IndexData(catalogue, "."));
}

TEST(IndexData, TellsWhatDidNotHoldAndHowToRepeatIt) {
  const auto data = DataOf({.runs = {RunOf()}});
  const auto& run = data.at("runs").at(0);
  EXPECT_EQ(run.at("component"), "ChainFire");
  EXPECT_EQ(run.at("outage"), 2.5);
  EXPECT_TRUE(run.at("bound").is_null());
  EXPECT_TRUE(run.at("timeline").is_null());
  EXPECT_EQ(run.at("rerun"), "ctest -R x");
  EXPECT_EQ(run.at("checks"), 2);
  EXPECT_EQ(run.at("unmet").size(), 1U);
  EXPECT_EQ(run.at("unmet").at(0).at("evidence").at(0), "a stale read");
}

TEST(IndexData, StaysSmallWhateverARunPrinted) {
  CataloguedRun run = RunOf();
  run.report.failures.assign(1000, std::string(1 << 16, 'x'));
  EXPECT_THAT(IndexData({.runs = {run}}, ".").size(), Lt(10'000U));
}

TEST(IndexData, NamesScenariosThatLeftNoReport) {
  const auto data = DataOf({.commands = {{.id = "a",
                                          .started = "",
                                          .filter = "",
                                          .shard = "1/1",
                                          .scenarios = {{"T.A", "held"},
                                                        {"T.B", "no report"},
                                                        {"T.C", "not run"}}}}});
  EXPECT_EQ(data.at("commands").at(0).at("lost").size(), 2U);
}

TEST(IndexPage, WhatAGuestSaidEndsNoScript) {
  CataloguedRun run = RunOf();
  run.report.failures = {"</script><script>alert(1)</script><!--\xff"};
  const std::string page = internal::FillTemplate(
      "<script>@FAULTLINE_DATA@</script>", IndexData({.runs = {run}}, "."));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<!--")));
  EXPECT_THAT(page, Not(HasSubstr("\xff")));
}

TEST(WriteIndex, LeadsFromThePageToTheRuns) {
  if (!PagesAreBuilt()) GTEST_SKIP() << "this build has no pages";
  const ScratchDirectory place;
  std::filesystem::create_directories(place.path() / "runs");
  std::filesystem::create_directories(place.path() / "pages");
  const std::filesystem::path out = place.path() / "pages/all.html";
  WriteIndex({.runs = {RunOf()}}, place.path() / "runs", out);
  const std::string page = ReadFile(out);
  EXPECT_THAT(page, HasSubstr("\"base\":\"../runs\""));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

}  // namespace
}  // namespace faultline
