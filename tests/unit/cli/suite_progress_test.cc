#include "faultline/cli/suite_progress.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "faultline/report/run_report.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;

// Tests write to no terminal: what a log shows.
class SuiteProgressTest : public testing::Test {
 protected:
  std::string Shown(const std::vector<std::string>& lines) {
    testing::internal::CaptureStdout();
    for (const std::string& line : lines) suite_.OnLine(line);
    return testing::internal::GetCapturedStdout();
  }

  const ScratchDirectory runs_;
  Progress progress_;
  SuiteProgress suite_{
      progress_, RunTime({{.name = "T040.S2.X.Y"}}, 1, 1, runs_.path()),
      1,         runs_.path(),
      "mine",    [](const std::string&) { return "held"; }};
};

TEST_F(SuiteProgressTest, ALogHasALineAtEachChangeAlone) {
  EXPECT_THAT(Shown({"      Start 1: guest_image",
                     "1/2 Test  #1: guest_image .....   Passed    0.10 sec"}),
              IsEmpty());
  EXPECT_THAT(Shown({"      Start 12: T040.S2.X.Y"}),
              HasSubstr("  T040.S2.X.Y: setting up (0 s)\n"));
  EXPECT_THAT(Shown({"", "", ""}), IsEmpty());
  const auto run = runs_.path() / "T040.S2.X.Y/1";
  std::filesystem::create_directories(run);
  RunReport report;
  report.run = "mine";
  WriteFileAtomically(run / "result.json", ToJson(report));
  WriteFileAtomically(
      run / "history.jsonl",
      "{\"type\":\"fault_begin\",\"id\":0,\"name\":\"isolate\",\"target\":"
      "\"node2\"}\n");
  std::filesystem::create_symlink("1", run.parent_path() / "latest");
  EXPECT_THAT(
      Shown({"", ""}),
      ContainsRegex("^  T040.S2.X.Y: fault isolate node2 .[0-9]+ s.\n$"));
  EXPECT_THAT(
      Shown({"1/1 Test  #12: T040.S2.X.Y .......   Passed   31.50 sec", ""}),
      HasSubstr("[1/1] T040.S2.X.Y held (31.50 s)\n"));
}

TEST_F(SuiteProgressTest, WhatATestPrintedGoesThroughAndCtestsOwnDoesNot) {
  const std::string shown =
      Shown({"Test project /somewhere", "FAILED: T040.S2.X.Y",
             "100% tests passed, 0 tests failed out of 1", "Label"});
  EXPECT_EQ(shown, "FAILED: T040.S2.X.Y\n");
}

}  // namespace
}  // namespace faultline
