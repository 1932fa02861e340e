#include "faultline/testing/test_run.h"

#include <gmock/gmock.h>

#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::HasSubstr;

TEST(PerTestSeed, IsStableAndDependsOnSeedAndName) {
  EXPECT_EQ(PerTestSeed(1, "T040.S1.A.B"), PerTestSeed(1, "T040.S1.A.B"));
  EXPECT_NE(PerTestSeed(1, "T040.S1.A.B"), PerTestSeed(2, "T040.S1.A.B"));
  EXPECT_NE(PerTestSeed(1, "T040.S1.A.B"), PerTestSeed(1, "T040.S1.A.C"));
}

TEST(CurrentTestRun, NamesTheTestAndHowToRunItAgain) {
  const ScopedVariable planted("FAULTLINE_PLANT", "lost-write");
  GTEST_FLAG_SET(random_seed, 4711);
  SetTestNamePrefix("T040.S9.");
  SetBuildDirectory("/somewhere/build");

  const TestRun run = CurrentTestRun();

  EXPECT_EQ(run.name, "T040.S9.CurrentTestRun.NamesTheTestAndHowToRunItAgain");
  EXPECT_EQ(run.seed, PerTestSeed(4711, run.name));
  EXPECT_THAT(run.rerun, HasSubstr("GTEST_RANDOM_SEED=4711"));
  EXPECT_THAT(run.rerun, HasSubstr("FAULTLINE_PLANT=lost-write"));
  EXPECT_THAT(run.rerun, HasSubstr("ctest --test-dir /somewhere/build"));
  EXPECT_THAT(run.rerun, HasSubstr("-R '^T040\\.S9\\.CurrentTestRun\\."));
  EXPECT_THAT(run.rerun, HasSubstr("--no-tests=error"));
}

TEST(CurrentTestRun, ItsRerunBootsColdIfItDid) {
  const ScopedVariable cold("FAULTLINE_COLD", "1");
  EXPECT_THAT(CurrentTestRun().rerun, HasSubstr("FAULTLINE_COLD=1 "));
}

TEST(CurrentTestRun, ItsRerunIsQuotedForTheShell) {
  SetBuildDirectory("/home/me/my clone (1)/build");
  EXPECT_THAT(CurrentTestRun().rerun,
              HasSubstr("--test-dir '/home/me/my clone (1)/build' "));
}

}  // namespace
}  // namespace faultline
