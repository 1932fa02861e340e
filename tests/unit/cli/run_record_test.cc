#include "faultline/cli/run_record.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

TEST(RunRecord, NamesItsShardAndEvidenceSoThatItCanBeMerged) {
  const ScratchDirectory runs;
  RunReport report{.test = "T040.S2.X",
                   .status = "failed",
                   .rerun = "",
                   .started = "",
                   .verdicts = {},
                   .outages = {},
                   .facts = {},
                   .failures = {}};
  RunRecord record{.id = "20261123T201500Z-1-ab",
                   .started = "2026-11-23T20:15:00Z",
                   .filter = "X",
                   .shard = {.index = 2, .count = 3}};
  record.results = {{.name = "T040.S2.X",
                     .outcome = {.kind = TestOutcome::Kind::kFailed},
                     .runs = {{report, runs.path() / "T040.S2.X/1"}}}};
  WriteRunRecord(record, runs.path());

  const auto json = nlohmann::json::parse(
      ReadFile(runs.path() / "run-20261123T201500Z-1-ab.json"));
  EXPECT_EQ(json.at("shard"), "2/3");
  EXPECT_EQ(json.at("good"), false);
  const auto& scenario = json.at("scenarios").at(0);
  EXPECT_EQ(scenario.at("status"), "failed");
  EXPECT_EQ(scenario.at("evidence").at(0), "T040.S2.X/1");
}

TEST(MakeRunId, IsNeverTheSame) { EXPECT_NE(MakeRunId(), MakeRunId()); }

}  // namespace
}  // namespace faultline
