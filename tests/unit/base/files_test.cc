#include "faultline/base/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"
#include "support/file_size_limit.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> NamesIn(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory))
    names.push_back(entry.path().filename().string());
  return names;
}

template <typename Action>
std::string UsageErrorOf(Action action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no UsageError";
}

TEST(Files, WhatIsWrittenIsReadBack) {
  const ScratchDirectory directory;
  const std::string content = std::string(300'000, 'x') + '\0' + "\nend";
  WriteFileAtomically(directory.path() / "a", content);
  EXPECT_EQ(ReadFile(directory.path() / "a"), content);
}

TEST(Files, WritingReplacesTheOldContentAndLeavesNothingElse) {
  const ScratchDirectory directory;
  WriteFileAtomically(directory.path() / "a", "old and long");
  WriteFileAtomically(directory.path() / "a", "new");
  EXPECT_EQ(ReadFile(directory.path() / "a"), "new");
  EXPECT_THAT(NamesIn(directory.path()), ElementsAre("a"));
}

TEST(Files, WrittenFilesAreForTheOwnerOnly) {
  const ScratchDirectory directory;
  WriteFileAtomically(directory.path() / "a", "secret");
  struct stat status{};
  ASSERT_EQ(::stat((directory.path() / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(Files, AWriteThatFailsKeepsTheOldContentAndLeavesNothingElse) {
  const ScratchDirectory directory;
  const fs::path path = directory.path() / "a";
  WriteFileAtomically(path, "old");
  std::string error;
  {
    const FileSizeLimit limit(4096);
    error = UsageErrorOf(
        [&] { WriteFileAtomically(path, std::string(10'000, 'x')); });
  }
  EXPECT_EQ(error, "cannot write " + path.string() + ": File too large");
  EXPECT_EQ(ReadFile(path), "old");
  EXPECT_THAT(NamesIn(directory.path()), ElementsAre("a"));
}

TEST(Files, AFullDiskIsNamedWithThePath) {
  const FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  EXPECT_EQ(
      UsageErrorOf([&] { WriteAll(full.get(), "x", "/run/history.jsonl"); }),
      "cannot write /run/history.jsonl: No space left on device");
}

TEST(Files, MissingFilesAndDirectoriesAreNamed) {
  EXPECT_EQ(UsageErrorOf([] { ReadFile("/nowhere/a"); }),
            "cannot read /nowhere/a: No such file or directory");
  EXPECT_EQ(UsageErrorOf([] { WriteFileAtomically("/nowhere/a", "x"); }),
            "cannot create /nowhere/a: No such file or directory");
  EXPECT_THAT(UsageErrorOf([] { ReadFile("/"); }), HasSubstr("directory"));
}

}  // namespace
}  // namespace faultline
