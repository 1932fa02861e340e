#include "faultline/page/run_catalogue.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "faultline/check/promises.h"
#include "support/scratch_directory.h"
#include "support/throws.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kSweep[] =
    R"({"id":"a","shard":"1/2","first_seed":7,"canary":"lost-write NOT FOUND in 5 tries","held":1,"violated":1,
"inconclusive":0,"seconds":2,"violations":[{"seed":7,"load":"map","reason":"lost","plan":"/x","run":"run-1"},
{"seed":8,"load":"map","reason":"lost","plan":"/x","run":"../../outside"}]})";

class RunCatalogueTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = place_.path() / name;
    std::filesystem::create_directories(file.parent_path());
    WriteFileAtomically(file, text);
  }

  void WriteRun(const std::string& directory, const std::string& started,
                std::vector<Outage> outages = {}) {
    RunReport report;
    report.test = "T040.S2.ChainFire.X";
    report.status = "held";
    report.started = started;
    report.acknowledged = 10;
    report.outages = std::move(outages);
    Write(directory + "/result.json", ToJson(report));
  }

  RunCatalogue Read() { return ReadRunCatalogue(place_.path()); }

  const ScratchDirectory place_;
};

TEST_F(RunCatalogueTest, HoldsRunsOldestFirstAndFollowsNoLink) {
  WriteRun("T040.S2.ChainFire.X/2", "2026-02");
  WriteRun("T040.S2.ChainFire.X/1", "2026-01");
  Write("T040.S2.ChainFire.X/1/timeline.html", "<html>");
  std::filesystem::create_symlink("2",
                                  place_.path() / "T040.S2.ChainFire.X/latest");
  const RunCatalogue catalogue = Read();
  ASSERT_THAT(catalogue.runs, SizeIs(2));
  EXPECT_EQ(catalogue.runs[0].report.started, "2026-01");
  EXPECT_TRUE(catalogue.runs[0].has_timeline);
  EXPECT_FALSE(catalogue.runs[1].has_timeline);
  EXPECT_EQ(catalogue.runs[1].directory, "T040.S2.ChainFire.X/2");
  EXPECT_THAT(catalogue.problems, IsEmpty());
}

TEST_F(RunCatalogueTest, OfAnOutageCountsWhatFollowsADowntime) {
  WriteRun("T040.S2.ChainFire.X/1", "2026-01",
           {{.begin_ns = 10, .end_ns = 100, .ended = true}});
  Promises promises;
  promises.outage_limit_ns = 50;
  promises.downtimes = {{.from_ns = 5, .until_ns = 70}};
  Write("T040.S2.ChainFire.X/1/promises.json", ToJson(promises));
  const RunCatalogue catalogue = Read();
  const CataloguedRun& run = catalogue.runs.at(0);
  EXPECT_EQ(run.outage_ns, 90);
  EXPECT_EQ(run.counted_ns, 30);
  EXPECT_EQ(run.bound_ns, 50);
}

TEST_F(RunCatalogueTest, NamesWhatIsDamagedAndTellsTheRest) {
  WriteRun("T040.S2.ChainFire.X/1", "2026-01");
  Write("T040.S2.ChainFire.X/2/result.json", "{\"test\": \"T040");
  Write("T040.S2.ChainFire.X/3/history.jsonl", "");
  Write("run-a.json", "[]");
  Write("Sweep.ChainFire/1/run-1/plan.txt", "");
  const RunCatalogue catalogue = Read();
  EXPECT_THAT(catalogue.runs, SizeIs(1));
  EXPECT_THAT(catalogue.problems,
              ElementsAre(HasSubstr("Sweep.ChainFire/1: there is no sweep"),
                          HasSubstr("X/2: not a run report"),
                          HasSubstr("X/3: there is no result.json"),
                          HasSubstr("run-a.json")));
}

TEST_F(RunCatalogueTest, IsRefusedWithoutARunThatCanBeRead) {
  EXPECT_THAT(ErrorOf([&] { Read(); }), HasSubstr("no run in it"));
  Write("T040.S2.X.Y/1/result.json", "");
  EXPECT_THAT(ErrorOf([&] { Read(); }), HasSubstr("T040.S2.X.Y/1"));
  EXPECT_THAT(ErrorOf([&] { ReadRunCatalogue(place_.path() / "none"); }),
              HasSubstr("no such directory"));
}

TEST_F(RunCatalogueTest, ASweepOfAnOlderRecordIsNamedByItsDirectory) {
  Write("Sweep.FlareDB/2026/sweep.json", kSweep);
  Write("Sweep.FlareDB/2026/run-1/timeline.html", "");
  const RunCatalogue catalogue = Read();
  const CataloguedSweep& sweep = catalogue.sweeps.at(0);
  EXPECT_EQ(sweep.component, "FlareDB");
  EXPECT_TRUE(sweep.canary_missed);
  EXPECT_TRUE(sweep.findings.at(0).has_timeline);
  EXPECT_EQ(sweep.findings.at(0).directory, "Sweep.FlareDB/2026/run-1");
  EXPECT_EQ(sweep.findings.at(1).directory, "");
}

TEST(ComponentOf, IsTheRoleOrWhatTheNameSays) {
  const auto of = [](const std::string& test, const std::string& role = "") {
    RunReport report;
    report.test = test;
    report.role = role;
    return ComponentOf(report);
  };
  EXPECT_EQ(of("T040.S1.SingleNode.KvOperations"), "ChainFire");
  EXPECT_EQ(of("T040.S3.PlasmaVMC.X"), "PlasmaVMC");
  EXPECT_EQ(of("T040.S3.PlasmaVMC.X", "Other"), "Other");
  EXPECT_EQ(of("Harness.Clones.X"), "Harness");
  for (const char* odd : {"", "T040", "T040.", "T040.S1", "T040.S1.", "x"})
    of(odd);
}

}  // namespace
}  // namespace faultline
