#include "faultline/base/program_path.h"

#include <gmock/gmock.h>

#include <fstream>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

class ProgramPath : public testing::Test {
 protected:
  fs::path MakeFile(const std::string& name, fs::perms mode) {
    const fs::path path = directory_.path() / name;
    std::ofstream(path) << "#!/bin/sh\n";
    fs::permissions(path, mode);
    return path;
  }
  static std::string ErrorFor(const std::string& program) {
    try {
      RequireProgram(program);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "found";
  }

  ScratchDirectory directory_;
};

TEST_F(ProgramPath, TheFirstExecutableFileInPathIsTaken) {
  const fs::path first = MakeFile("tool", fs::perms::owner_all);
  MakeFile("data", fs::perms::owner_read);
  fs::create_directory(directory_.path() / "folder");
  const ScopedVariable path("PATH", "/nowhere::" + directory_.path().string());
  EXPECT_EQ(FindProgram("tool"), first);
  EXPECT_EQ(FindProgram("folder"), std::nullopt);
  EXPECT_EQ(FindProgram("missing-tool"), std::nullopt);
}

TEST_F(ProgramPath, ANameWithASlashIsTakenAsItIs) {
  const fs::path tool = MakeFile("tool", fs::perms::owner_all);
  EXPECT_EQ(FindProgram(tool.string()), tool);
  EXPECT_EQ(FindProgram("/nowhere/tool"), std::nullopt);
}

TEST_F(ProgramPath, TheErrorSaysWhatIsMissingAndWhatInstallsIt) {
  EXPECT_EQ(ErrorFor("missing-tool"),
            "missing-tool: program not found in PATH");
  EXPECT_EQ(ErrorFor("/nowhere/tool"), "/nowhere/tool: program not found");
  const ScopedVariable path("PATH", directory_.path());
  if (FindProgram("qemu-system-x86_64")) GTEST_SKIP() << "it is in /usr/sbin";
  EXPECT_EQ(ErrorFor("qemu-system-x86_64"),
            "qemu-system-x86_64: program not found in PATH (`./faultline` "
            "installs it)");
}

TEST(Environment, AnEmptyVariableCountsAsNotSet) {
  ::setenv("FAULTLINE_UNIT", "value", 1);
  EXPECT_EQ(Environment("FAULTLINE_UNIT"), "value");
  ::setenv("FAULTLINE_UNIT", "", 1);
  EXPECT_EQ(Environment("FAULTLINE_UNIT"), std::nullopt);
  ::unsetenv("FAULTLINE_UNIT");
  EXPECT_EQ(Environment("FAULTLINE_UNIT"), std::nullopt);
}

}  // namespace
}  // namespace faultline
