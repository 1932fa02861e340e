#include "faultline/cli/scenario_phase.h"

#include <gtest/gtest.h>

#include <fstream>

#include "faultline/base/files.h"
#include "faultline/report/run_report.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

class ScenarioPhaseTest : public testing::Test {
 protected:
  void Begin(const std::string& name, const std::string& id) {
    fs::create_directories(place_.path() / name);
    RunReport report;
    report.test = "T040.S2.X.Y";
    report.status = "unfinished";
    report.run = id;
    WriteFileAtomically(place_.path() / name / "result.json", ToJson(report));
    fs::remove(place_.path() / "latest");
    fs::create_symlink(name, place_.path() / "latest");
  }

  void Append(const std::string& text) {
    std::ofstream(place_.path() / "1/history.jsonl", std::ios::app) << text;
  }

  const ScratchDirectory place_;
  ScenarioPhase phase_{place_.path(), "mine"};
};

TEST_F(ScenarioPhaseTest, FollowsARunFromItsBeginningToItsVerdicts) {
  EXPECT_EQ(phase_.Now(), "setting up");
  Begin("1", "mine");
  EXPECT_EQ(phase_.Now(), "setting up");
  Append("{\"type\":\"meta\"}\n{\"type\":\"invoke\",\"id\":0}\n");
  EXPECT_EQ(phase_.Now(), "load");
  Append(R"({"type":"fault_begin","id":0,"name":"isolate","tar)");
  EXPECT_EQ(phase_.Now(), "load");  // the line is not whole
  Append("get\":\"node2\",\"time\":1}\n");
  EXPECT_EQ(phase_.Now(), "fault isolate node2");
  Append("{\"type\":\"fault_effect\",\"id\":0,\"time\":2}\n");
  EXPECT_EQ(phase_.Now(), "fault isolate node2");
  Append("{\"type\":\"fault_end\",\"id\":0,\"time\":3}\n");
  EXPECT_EQ(phase_.Now(), "coming back from isolate node2");
  Append("{\"type\":\"fault_recovered\",\"id\":0,\"time\":4}\n");
  EXPECT_EQ(phase_.Now(), "load after the fault");
  WriteFileAtomically(place_.path() / "1/promises.json", "{}");
  EXPECT_EQ(phase_.Now(), "judging");
}

TEST_F(ScenarioPhaseTest, ARunOfAnotherTimeIsNotLookedAt) {
  Begin("0", "another's");
  WriteFileAtomically(place_.path() / "0/promises.json", "{}");
  EXPECT_EQ(phase_.Now(), "setting up");
  Begin("1", "mine");
  Append("{}\n");
  EXPECT_EQ(phase_.Now(), "load");
  Begin("2", "mine");  // a repetition
  EXPECT_EQ(phase_.Now(), "setting up");
}

TEST_F(ScenarioPhaseTest, RoomThatIsSetAsideIsNotReadYet) {
  Begin("1", "mine");
  const std::string meta = "{\"type\":\"meta\"}\n";
  Append(meta + std::string(500, '\0'));
  EXPECT_EQ(phase_.Now(), "load");
  std::fstream file(place_.path() / "1/history.jsonl",
                    std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(meta.size()));
  file << R"({"type":"fault_begin","id":0,"name":"isolate","target":"node2"})"
       << "\n";
  file.close();
  EXPECT_EQ(phase_.Now(), "fault isolate node2");
}

TEST_F(ScenarioPhaseTest, MindsNothingThatAHistoryHolds) {
  Begin("1", "mine");
  Append("\"fault_begin\n{\"type\":\"fault_begin\",\"id\":\"x\"}\n\xff\n[]\n");
  EXPECT_EQ(phase_.Now(), "load");
}

}  // namespace
}  // namespace faultline
