#include "faultline/report/run_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "support/file_size_limit.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::ThrowsMessage;

int ModeOf(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return static_cast<int>(status.st_mode & 07777);
}

std::vector<std::string> NamesIn(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class RunDirectories : public testing::Test {
 protected:
  ScratchDirectory scratch_;
  const fs::path root_ = scratch_.path() / "deep" / "runs";
};

TEST_F(RunDirectories, AreNamedByTestTimeAndProcessAndPrivate) {
  const RunDirectory run(root_, "T040.S2.Leader/Nodes3");
  EXPECT_EQ(run.path().parent_path(), root_ / "T040.S2.Leader_Nodes3");
  EXPECT_THAT(run.path().filename().string(),
              MatchesRegex("[0-9]{8}T[0-9]{6}Z-" + std::to_string(::getpid())));
  EXPECT_EQ(ModeOf(run.path()), 0700);
  EXPECT_EQ(ModeOf(root_), 0700);
}

TEST_F(RunDirectories, AreReachedByTheLatestLinks) {
  const RunDirectory first(root_, "a");
  const RunDirectory second(root_, "b");
  const RunDirectory third(root_, "a");
  EXPECT_NE(first.path(), third.path());
  EXPECT_EQ(fs::canonical(root_ / "latest"), fs::canonical(third.path()));
  EXPECT_EQ(fs::canonical(root_ / "a" / "latest"), fs::canonical(third.path()));
  EXPECT_EQ(fs::canonical(root_ / "b" / "latest"),
            fs::canonical(second.path()));
  EXPECT_TRUE(fs::read_symlink(root_ / "latest").is_relative());
  EXPECT_THAT(NamesIn(root_), ElementsAre("a", "b", "latest"));
}

TEST_F(RunDirectories, StayInTheRootWhateverTheTestIsCalled) {
  const std::string long_name(500, 'x');
  for (const std::string& name : std::vector<std::string>{
           "", "..", ".", "latest", "/etc", "a b\nc", long_name}) {
    const RunDirectory run(root_, name);
    EXPECT_EQ(run.path().parent_path().parent_path(), root_) << name;
    EXPECT_TRUE(fs::is_directory(run.path())) << name;
  }
}

TEST_F(RunDirectories, HoldWhatIsWritten) {
  RunDirectory run(root_, "a");
  run.Write("result.json", "old");
  run.Write("result.json", "new");
  run.Write("guest/node1.log", "journal");
  EXPECT_EQ(ReadFile(run.path() / "result.json"), "new");
  EXPECT_EQ(ReadFile(run.path() / "guest" / "node1.log"), "journal");
  EXPECT_THROW(run.Write("../escape", ""), UsageError);
  EXPECT_THROW(run.Write("/escape", ""), UsageError);
  EXPECT_THROW(run.Write("", ""), UsageError);
}

TEST_F(RunDirectories, NamePathAndReasonInOneLineIfTheyCannotBeMade) {
  const fs::path in_the_way = scratch_.Write("file", "");
  EXPECT_THAT([&] { RunDirectory(in_the_way / "runs", "a"); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr(in_the_way.string()),
                                              EndsWith("Not a directory"),
                                              Not(HasSubstr("\n")))));
  EXPECT_THAT([&] { RunDirectory(in_the_way, "a"); },
              ThrowsMessage<UsageError>(HasSubstr(in_the_way.string())));
}

TEST_F(RunDirectories, KeepTheOldContentIfTheDiskIsFull) {
  RunDirectory run(root_, "a");
  run.Write("result.json", "old");
  {
    const FileSizeLimit full(100);
    EXPECT_THAT([&] { run.Write("result.json", std::string(5000, 'x')); },
                ThrowsMessage<UsageError>(AllOf(HasSubstr("result.json"),
                                                EndsWith("File too large"),
                                                Not(HasSubstr("\n")))));
  }
  EXPECT_EQ(ReadFile(run.path() / "result.json"), "old");
  EXPECT_THAT(NamesIn(run.path()), ElementsAre("result.json"));
}

TEST(RunRoot, IsChosenByTheEnvironment) {
  const ScopedVariable chosen("FAULTLINE_RUNS", "/elsewhere/runs");
  EXPECT_EQ(RunDirectory::Root(), "/elsewhere/runs");
  const ScopedVariable none("FAULTLINE_RUNS", "");
  EXPECT_EQ(RunDirectory::Root(), "faultline-runs");
}

}  // namespace
}  // namespace faultline
