#include "faultline/report/run_report.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

RunReport Example() {
  return {.test = "T040.S2.ChainFire.LeaderKilled",
          .status = "failed",
          .seed = 4711,
          .rerun = "GTEST_RANDOM_SEED=4711 ctest -R '^x$'",
          .seconds = 36.5,
          .started = "2026-11-23T21:19:59Z",
          .verdicts = {{.judgement = Judgement::kViolated,
                        .property = "no read is stale",
                        .evidence = {"process 3 read \"ä\""}}},
          .outages = {{.begin_ns = 1, .end_ns = 5, .ended = true}},
          .acknowledged = 790,
          .facts = {{"store", "etcd 3.4.23"}},
          .failures = {"VIOLATED no read is stale"}};
}

TEST(RunReport, ComesBackFromItsJson) {
  const RunReport report = ParseRunReport(ToJson(Example()));
  EXPECT_EQ(ToJson(report), ToJson(Example()));
  EXPECT_EQ(report.verdicts.at(0).judgement, Judgement::kViolated);
  EXPECT_EQ(report.outages.at(0).length_ns(), 4);
  EXPECT_EQ(report.facts.at("store"), "etcd 3.4.23");
}

TEST(RunReport, RefusesWhatIsNoReport) {
  for (const char* text : {"", "{", "[]", "{\"test\": 1}"}) {
    EXPECT_THROW(ParseRunReport(text), UsageError) << text;
  }
  std::string unknown_judgement = ToJson(Example());
  unknown_judgement.replace(unknown_judgement.find("\"violated\""), 10,
                            "\"perhaps\"");
  EXPECT_THROW(ParseRunReport(unknown_judgement), UsageError);
}

}  // namespace
}  // namespace faultline
