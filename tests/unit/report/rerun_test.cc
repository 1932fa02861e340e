#include "faultline/report/rerun.h"

#include <gmock/gmock.h>

#include "support/scratch_directory.h"

namespace faultline {
namespace {

TEST(ShellWord, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(ShellWord("/home/me/build"), "/home/me/build");
  EXPECT_EQ(ShellWord("my clone (1)"), "'my clone (1)'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord("a$b"), "'a$b'");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("~"), "'~'");
}

TEST(RerunEnvironment, NamesWhatChangesARun) {
  const ScopedVariable plant("FAULTLINE_PLANT", "lost-write");
  const ScopedVariable cold("FAULTLINE_COLD", "1");
  const ScopedVariable image("FAULTLINE_IMAGE", "/my images/a");
  const std::string settings = RerunEnvironment();
  EXPECT_THAT(settings, testing::HasSubstr("FAULTLINE_PLANT=lost-write "));
  EXPECT_THAT(settings, testing::HasSubstr("FAULTLINE_COLD=1 "));
  EXPECT_THAT(settings, testing::HasSubstr("FAULTLINE_IMAGE='/my images/a' "));
}

}  // namespace
}  // namespace faultline
