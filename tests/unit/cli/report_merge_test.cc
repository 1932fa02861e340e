#include "faultline/cli/report_merge.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"
#include "support/throws.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MergeRunsTest : public testing::Test {
 protected:
  fs::path At(const std::string& name) const { return place_.path() / name; }

  void Write(const std::string& name, const std::string& text) {
    fs::create_directories(At(name).parent_path());
    WriteFileAtomically(At(name), text);
  }

  std::vector<std::string> NamesIn(const std::string& directory) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(At(directory)))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  const ScratchDirectory place_;
};

TEST_F(MergeRunsTest, LaysRunsAndRecordsTogether) {
  Write("a/T040.S1.A/1/result.json", "a");
  Write("a/run-a.json", "{}");
  Write("a/index.html", "old");
  Write("b/T040.S1.B/1/result.json", "b");
  Write("b/T040.S1.A/2/disks/node1", "b");
  fs::create_symlink("2", At("b/T040.S1.A/latest"));
  const MergeResult merged = MergeRuns({At("a"), At("b")}, At("out"));
  EXPECT_EQ(merged.taken, 4);
  EXPECT_THAT(merged.duplicates, IsEmpty());
  EXPECT_THAT(NamesIn("out"),
              ElementsAre("T040.S1.A", "T040.S1.B", "run-a.json"));
  EXPECT_THAT(NamesIn("out/T040.S1.A"), ElementsAre("1", "2"));
  EXPECT_EQ(ReadFile(At("out/T040.S1.A/2/disks/node1")), "b");
  EXPECT_EQ(fs::status(At("out/T040.S1.A/2/disks")).permissions(),
            fs::perms::owner_all);
}

TEST_F(MergeRunsTest, TellsWhatIsThereTwiceAndTakesItOnce) {
  Write("a/T040.S1.A/1/result.json", "same");
  Write("b/T040.S1.A/1/result.json", "same");
  EXPECT_THAT(MergeRuns({At("a"), At("b")}, At("out")).duplicates,
              ElementsAre(HasSubstr("T040.S1.A/1: in ")));
  EXPECT_EQ(MergeRuns({At("b")}, At("out")).taken, 0);
}

TEST_F(MergeRunsTest, OverwritesNothingAndThenCopiesNothing) {
  Write("a/T040.S1.A/1/result.json", "one");
  Write("b/T040.S1.A/1/result.json", "two");
  Write("b/T040.S1.B/1/result.json", "b");
  EXPECT_THAT(ErrorOf([&] { MergeRuns({At("a"), At("b")}, At("out")); }),
              HasSubstr("nothing was merged"));
  EXPECT_FALSE(fs::exists(At("out")));
  MergeRuns({At("a")}, At("out"));
  EXPECT_THAT(ErrorOf([&] { MergeRuns({At("b")}, At("out")); }),
              HasSubstr("T040.S1.A/1"));
  EXPECT_THAT(NamesIn("out"), ElementsAre("T040.S1.A"));
  EXPECT_EQ(ReadFile(At("out/T040.S1.A/1/result.json")), "one");
}

TEST_F(MergeRunsTest, RefusesASourceWithoutRuns) {
  Write("a/T040.S1.A/1/result.json", "a");
  fs::create_directories(At("empty"));
  EXPECT_THAT(ErrorOf([&] { MergeRuns({At("a"), At("empty")}, At("out")); }),
              HasSubstr("there are no runs in it"));
  EXPECT_THAT(ErrorOf([&] { MergeRuns({At("none")}, At("out")); }),
              HasSubstr("no such directory"));
  EXPECT_FALSE(fs::exists(At("out")));
}

}  // namespace
}  // namespace faultline
