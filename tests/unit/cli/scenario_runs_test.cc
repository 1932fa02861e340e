#include "faultline/cli/scenario_runs.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RunReport Report(const std::string& run, const std::string& started) {
  return {.test = "T040.S2.X",
          .status = "held",
          .rerun = "",
          .started = started,
          .run = run,
          .verdicts = {},
          .outages = {},
          .facts = {},
          .failures = {}};
}

class FindRunsTest : public testing::Test {
 protected:
  void Leave(const std::string& name, const std::string& contents) {
    const auto directory = runs_.path() / "T040.S2.X" / name;
    std::filesystem::create_directories(directory);
    WriteFileAtomically(directory / "result.json", contents);
  }
  std::vector<std::string> Found(const std::string& id) {
    std::vector<std::string> names;
    for (const RecordedRun& run : FindRuns(runs_.path(), "T040.S2.X", id).runs)
      names.push_back(run.evidence.filename());
    return names;
  }
  const ScratchDirectory runs_;
};

TEST_F(FindRunsTest, TakesItsOwnRunsThoughAnotherIsNewer) {
  Leave("2", ToJson(Report("mine", "2026-11-23T21:00:02Z")));
  Leave("1", ToJson(Report("mine", "2026-11-23T21:00:01Z")));
  Leave("3", ToJson(Report("other", "2026-11-23T21:00:03Z")));
  std::filesystem::create_symlink("3", runs_.path() / "T040.S2.X" / "latest");
  EXPECT_THAT(Found("mine"), ElementsAre("1", "2"));
  EXPECT_THAT(Found("nobody"), IsEmpty());
}

TEST_F(FindRunsTest, IsNotStoppedByWhatItCannotRead) {
  Leave("1", ToJson(Report("mine", "2026-11-23T21:00:01Z")));
  Leave("2", "{");
  Leave("3", R"({"test": "of another version"})");
  EXPECT_THAT(Found("mine"), ElementsAre("1"));
}

TEST_F(FindRunsTest, NeverRunIsNoError) { EXPECT_THAT(Found("x"), IsEmpty()); }

}  // namespace
}  // namespace faultline
