#include "faultline/page/stored_results.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "faultline/report/run_report.h"
#include "support/scratch_directory.h"
#include "support/throws.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class StoredResultsTest : public testing::Test {
 protected:
  void WriteRun(const std::string& directory, const std::string& started,
                const std::string& status) {
    RunReport report;
    report.test = "T040.S2.ChainFire.X";
    report.status = status;
    report.started = started;
    report.acknowledged = 10;
    report.outages = {{.begin_ns = 5, .end_ns = 9, .ended = true}};
    Write(directory + "/result.json", ToJson(report));
  }

  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((place_.path() / name).parent_path());
    WriteFileAtomically(place_.path() / name, text);
  }

  int Take() {
    return TakeResults(place_.path() / "runs", place_.path() / "results");
  }
  std::vector<StoredRun> Read() {
    return ReadStoredResults(place_.path() / "results");
  }

  const ScratchDirectory place_;
};

TEST_F(StoredResultsTest, TakesEachFinishedRunOnce) {
  WriteRun("runs/T040.S2.ChainFire.X/1", "2026-02", "held");
  WriteRun("runs/T040.S2.ChainFire.X/2", "2026-01", "failed");
  WriteRun("runs/T040.S2.ChainFire.X/3", "2026-03", "unfinished");
  WriteRun("runs/Harness.X/1", "2026-01", "held");
  Write("runs/T040.S2.ChainFire.X/4/result.json", "{");
  EXPECT_EQ(Take(), 2);
  EXPECT_EQ(Take(), 0);
  const std::vector<StoredRun> runs = Read();
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(runs[0].started, "2026-01");
  EXPECT_EQ(runs[0].role, "ChainFire");
  EXPECT_EQ(runs[0].outage_ns, 4);
}

TEST_F(StoredResultsTest, NamesAFileThatIsDamaged) {
  Write("results/T040.S2.X.json", "{\"test\":1");
  EXPECT_THAT(ErrorOf([&] { Read(); }), HasSubstr("T040.S2.X.json"));
}

TEST_F(StoredResultsTest, KeepsTheScenariosThatThereWere) {
  Write("results/.keep", "");
  const auto directory = place_.path() / "results";
  EXPECT_THAT(ReadScenarioNames(directory), IsEmpty());
  WriteScenarioNames({"T040.S2.B", "T040.S1.A"}, directory);
  EXPECT_THAT(ReadScenarioNames(directory),
              ElementsAre("T040.S1.A", "T040.S2.B"));
  EXPECT_THAT(Read(), IsEmpty());
}

}  // namespace
}  // namespace faultline
