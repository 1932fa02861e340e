#include "faultline/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Outcome = CommandLine::Outcome;

// A program with the sub-command `go`, and what it was given.
class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    Command go = line_.command().AddCommand("go", "goes");
    go.AddOption("what", what_, "where it goes");
    go.AddOption("--times", times_, "how often").Between(1, 9).ShowDefault();
    go.AddOption("--share", share_, "of all").NonNegative();
    go.AddOption("--by", by_, "how").OneOf({"land", "sea"});
    go.AddOption("--with", with_, "whom: a,b").SplitAt(',');
    go.AddFlag("--fast", fast_, "at once");
    go.OnRun([this, go] {
      ++runs_;
      by_given_ = go.Count("--by");
    });
  }

  Outcome Parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "program");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const Outcome outcome =
        line_.Parse(static_cast<int>(arguments.size()), arguments.data());
    output_ = testing::internal::GetCapturedStdout();
    errors_ = testing::internal::GetCapturedStderr();
    return outcome;
  }

  CommandLine line_{"program", "A program."};
  std::string what_;
  int times_ = 3;
  double share_ = 0;
  std::string by_;
  std::vector<std::string> with_;
  bool fast_ = false;
  int runs_ = 0;
  std::size_t by_given_ = 0;
  std::string output_;
  std::string errors_;
};

TEST_F(CommandLineTest, ReadsValuesAndRunsTheCommandOnce) {
  EXPECT_EQ(Parse({"go", "home", "--times", "5", "--share", "0.5", "--by",
                   "sea", "--with", "a,b", "--fast"}),
            Outcome::kRun);
  EXPECT_EQ(what_, "home");
  EXPECT_EQ(times_, 5);
  EXPECT_EQ(share_, 0.5);
  EXPECT_EQ(by_, "sea");
  EXPECT_THAT(with_, ElementsAre("a", "b"));
  EXPECT_TRUE(fast_);
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(by_given_, 1u);
  EXPECT_TRUE(line_.Chose("go"));
}

TEST_F(CommandLineTest, RefusesWhatIsOutOfRangeAndRunsNothing) {
  EXPECT_EQ(Parse({"go", "--times", "10"}), Outcome::kRefused);
  EXPECT_THAT(errors_, HasSubstr("10"));
  EXPECT_EQ(runs_, 0);
  EXPECT_TRUE(line_.Chose("go"));
}

TEST_F(CommandLineTest, RefusesAWordThatIsNoneOfThese) {
  EXPECT_EQ(Parse({"go", "--by", "air"}), Outcome::kRefused);
  EXPECT_EQ(runs_, 0);
}

TEST_F(CommandLineTest, RefusesANegativeShare) {
  EXPECT_EQ(Parse({"go", "--share=-1"}), Outcome::kRefused);
}

TEST_F(CommandLineTest, HelpShowsTheDefaultAndRunsNothing) {
  EXPECT_EQ(Parse({"go", "--help"}), Outcome::kHelp);
  // CLI11 2.1 and 2.6.
  EXPECT_THAT(output_, testing::ContainsRegex("=3|\\[3\\]"));
  EXPECT_EQ(runs_, 0);
}

TEST_F(CommandLineTest, ThrowsWhatTheCommandThrows) {
  line_.command().AddCommand("fail", "").OnRun([] {
    throw std::runtime_error("broken");
  });
  EXPECT_THROW(Parse({"fail"}), std::runtime_error);
  testing::internal::GetCapturedStdout();
  testing::internal::GetCapturedStderr();
}

}  // namespace
}  // namespace faultline
