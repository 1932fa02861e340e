// Two runs at once share nothing that either could break.
#include <gmock/gmock.h>

#include <future>

#include "faultline/base/temporary_directory.h"
#include "harness/program.h"

namespace faultline {
namespace {

TEST(TwoRuns, SideBySideDoNotDisturbEachOther) {
  const TemporaryDirectory runs("flt");
  const auto run = [&] {
    return RunProgram("t040_s1",
                      {"--gtest_filter=Environment.StateSurvivesPowerCut"},
                      {{"FAULTLINE_RUNS", runs.path().string()}});
  };
  auto first = std::async(std::launch::async, run);
  auto second = std::async(std::launch::async, run);
  for (const CommandResult& result : {first.get(), second.get()}) {
    EXPECT_EQ(result.exit_code, 0) << result.standard_output;
  }
}

}  // namespace
}  // namespace faultline
