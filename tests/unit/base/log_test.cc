#include "faultline/base/log.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class LogTest : public testing::Test {
 protected:
  void TearDown() override { ::unsetenv("FAULTLINE_LOG"); }
  // What all three levels print under a setting.
  static std::string Shown(const char* setting) {
    ::setenv("FAULTLINE_LOG", setting, 1);
    testing::internal::CaptureStderr();
    Log(LogLevel::kError, "one");
    Log(LogLevel::kInfo, "two");
    Log(LogLevel::kDebug, "three");
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(LogTest, ALineHasTheTimeTheLevelAndTheText) {
  EXPECT_THAT(Shown("quiet"),
              MatchesRegex("\\[ *[0-9]+\\.[0-9]+\\] error one\n"));
}

TEST_F(LogTest, TheVariableChoosesHowMuchIsShown) {
  EXPECT_THAT(Shown("quiet"), Not(HasSubstr("two")));
  EXPECT_THAT(Shown("info"), AllOf(HasSubstr("two"), Not(HasSubstr("three"))));
  EXPECT_THAT(Shown(""), AllOf(HasSubstr("two"), Not(HasSubstr("three"))));
  EXPECT_THAT(Shown("debug"), AllOf(HasSubstr("one"), HasSubstr("three")));
}

TEST_F(LogTest, LinesOfSeveralThreadsDoNotMix) {
  testing::internal::CaptureStderr();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([] {
        for (int j = 0; j < 100; ++j)
          Log(LogLevel::kInfo, std::string(200, 'x'));
      });
  }
  std::istringstream lines(testing::internal::GetCapturedStderr());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    ASSERT_THAT(line, MatchesRegex("\\[ *[0-9]+\\.[0-9]+\\] info  x+"));
  EXPECT_EQ(count, 400);
}

}  // namespace
}  // namespace faultline
