#include "faultline/page/open_metrics.h"

#include <gmock/gmock.h>

#include <regex>
#include <set>
#include <sstream>

namespace faultline {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

CataloguedRun RunOf(const std::string& status, std::int64_t outage_ns) {
  CataloguedRun run{.report = {}, .directory = "T040.S2.ChainFire.X/1"};
  run.report.test = "T040.S2.ChainFire.X";
  run.report.role = "ChainFire";
  run.report.status = status;
  run.report.started = "2026-01-01T00:00:10Z";
  run.report.seconds = 20.5;
  run.outage_ns = run.counted_ns = outage_ns;
  run.bound_ns = 5'000'000'000;
  return run;
}

// What the specification asks of a line that is a sample or describes one.
void ExpectWellFormed(const std::string& text) {
  static const std::regex kSample(
      R"re(([a-z_]+)\{([a-z0-9_]+="([^"\\\n]|\\[\\n"])*",?)+\} -?[0-9.e+-]+)re");
  static const std::regex kHead(
      R"(# (TYPE [a-z_]+ gauge|UNIT ([a-z_]+_([a-z]+)) \3|HELP [a-z_]+ [^\n\\]+))");
  ASSERT_THAT(text, EndsWith("# EOF\n"));
  std::istringstream lines(text);
  std::set<std::string> families;
  std::set<std::string> samples;
  std::string family;
  for (std::string line; std::getline(lines, line) && line != "# EOF";) {
    std::smatch match;
    if (line.starts_with("#")) {
      EXPECT_TRUE(std::regex_match(line, kHead)) << line;
      if (line.starts_with("# TYPE ")) {
        family = line.substr(7, line.rfind(' ') - 7);
        EXPECT_TRUE(families.insert(family).second) << line;
      }
      continue;
    }
    ASSERT_TRUE(std::regex_match(line, match, kSample)) << line;
    EXPECT_EQ(match[1], family) << "samples of a family stand together";
    EXPECT_TRUE(samples.insert(line.substr(0, line.rfind(' '))).second) << line;
  }
}

TEST(OpenMetrics, CountsRunsAndDescribesOutagesInSeconds) {
  const std::string text = OpenMetrics(
      {.runs = {RunOf("held", 1'000'000'000), RunOf("failed", 6'500'000'000),
                RunOf("broken", 60'000'000'000),
                RunOf("held", 2'000'000'000)}});
  ExpectWellFormed(text);
  const std::string labels =
      R"({scenario="T040.S2.ChainFire.X",component="ChainFire")";
  for (const char* sample :
       {"runs{}|,status=\"held\"} 2\n", "runs{}|,status=\"broken\"} 1\n",
        "outage_seconds{}|,statistic=\"max\"} 6.5\n",
        "outage_seconds{}|,statistic=\"median\"} 2\n",
        "outage_bound_seconds{}|} 5\n", "last_run_held{}|} 1\n",
        "last_run_start_seconds{}|} 1767225610\n",
        "last_run_duration_seconds{}|} 20.5\n"}) {
    std::string wanted = std::string("faultline_") + sample;
    wanted.replace(wanted.find("{}|"), 3, labels);
    EXPECT_THAT(text, HasSubstr(wanted));
  }
  EXPECT_THAT(text, HasSubstr("# UNIT faultline_outage_seconds seconds\n"));
}

TEST(OpenMetrics, AnyNameIsEscaped) {
  CataloguedRun run = RunOf("held", 0);
  run.report.test = "T.\"}\n\\ 1\xff";
  const std::string text = OpenMetrics({.runs = {run}});
  ExpectWellFormed(text);
  EXPECT_THAT(text, HasSubstr("scenario=\"T.\\\"}\\n\\\\ 1\xEF\xBF\xBD\""));
}

TEST(OpenMetrics, WhatIsNotKnownIsLeftOut) {
  CataloguedRun run = RunOf("unfinished", 1);
  run.report.started = "yesterday";
  run.bound_ns = {};
  const std::string text = OpenMetrics({.runs = {run}});
  ExpectWellFormed(text);
  EXPECT_THAT(text, Not(HasSubstr("outage")));
  EXPECT_THAT(text, Not(HasSubstr("start_seconds")));
  EXPECT_EQ(OpenMetrics({}), "# EOF\n");
}

TEST(OpenMetrics, SweepsTellTheirCanary) {
  CataloguedSweep sweep{.directory = "Sweep.ChainFire/1",
                        .id = "a",
                        .component = "ChainFire",
                        .started = "",
                        .shard = "1/1",
                        .canary = "lost-write NOT FOUND in 5 tries",
                        .canary_missed = true,
                        .held = 3};
  const std::string text = OpenMetrics({.sweeps = {sweep}});
  ExpectWellFormed(text);
  EXPECT_THAT(text, HasSubstr("faultline_sweep_canary_found{component=\"Chain"
                              "Fire\",sweep=\"Sweep.ChainFire/1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("verdict=\"held\"} 3\n"));
}

}  // namespace
}  // namespace faultline
