#include "faultline/base/temporary_directory.h"

#include <gmock/gmock.h>

#include <fstream>
#include <memory>

#include "faultline/base/error.h"
#include "faultline/base/warden.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

TEST(TemporaryDirectory, IsPrivateAndItsOwn) {
  const TemporaryDirectory one;
  const TemporaryDirectory other;
  EXPECT_NE(one.path(), other.path());
  EXPECT_EQ(fs::status(one.path()).permissions(), fs::perms::owner_all);
}

TEST(TemporaryDirectory, GoesWithEverythingInIt) {
  fs::path path;
  {
    const TemporaryDirectory directory;
    path = directory.path();
    fs::create_directory(path / "inner");
    std::ofstream(path / "inner/file") << "content";
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryDirectory, TheWardenRemovesItToo) {
  auto warden = std::make_unique<Warden>();
  const TemporaryDirectory directory("faultline-unit", *warden);
  EXPECT_THAT(directory.path().filename(),
              testing::StartsWith("faultline-unit-"));
  EXPECT_TRUE(fs::exists(directory.path()));
  warden.reset();
  EXPECT_FALSE(fs::exists(directory.path()));
}

TEST(TemporaryDirectory, TheErrorNamesThePathAndTheReason) {
  const ScopedVariable parent("TMPDIR", "/nowhere");
  try {
    const TemporaryDirectory directory("probe");
    FAIL() << directory.path();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(),
                testing::AllOf(testing::HasSubstr("/nowhere/probe-"),
                               testing::HasSubstr("No such file")));
  }
}

}  // namespace
}  // namespace faultline
