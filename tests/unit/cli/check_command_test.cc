#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "faultline/cli/commands.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Printed {
  int status = -1;
  std::string output;
  std::string errors;
};

// `faultline check` with these arguments.
Printed RunCheck(std::vector<std::string> arguments) {
  Printed printed;
  CommandLine line("faultline", "");
  AddCheckCommand(line.command(), printed.status);
  arguments.insert(arguments.begin(), {"faultline", "check"});
  std::vector<const char*> argv;
  for (const std::string& argument : arguments)
    argv.push_back(argument.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  line.Parse(static_cast<int>(argv.size()), argv.data());
  printed.output = testing::internal::GetCapturedStdout();
  printed.errors = testing::internal::GetCapturedStderr();
  return printed;
}

std::ptrdiff_t CountLines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

class CheckCommand : public testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& content) {
    return scratch_.Write(name, content).string();
  }
  // A write of 1, then a read that answers `value`.
  std::string Read(const std::string& name, const std::string& value) {
    return File(name,
                "INFO  jepsen.util - 0 :invoke :write 1\n"
                "INFO  jepsen.util - 0 :ok :write 1\n"
                "INFO  jepsen.util - 0 :invoke :read nil\n"
                "INFO  jepsen.util - 0 :ok :read " +
                    value + "\n");
  }

  ScratchDirectory scratch_;
  const std::string holds_ = Read("holds", "1");
  const std::string violated_ = Read("violated", "2");
  const std::string unknown_ =
      File("unknown", "INFO  jepsen.util - 0 :invoke :read nil\n");
  const std::string bad_ = File("bad", "nothing\n");
};

TEST_F(CheckCommand, ExitsByTheVerdict) {
  EXPECT_EQ(RunCheck({holds_, "--model", "register"}).status, 0);
  EXPECT_EQ(RunCheck({violated_, "--model", "register"}).status, 1);
  EXPECT_EQ(RunCheck({unknown_, "--model", "register"}).status, 2);
  EXPECT_EQ(RunCheck({bad_, "--model", "register"}).status, 3);
}

TEST_F(CheckCommand, SaysALineAFileAndExitsByTheWorst) {
  const Printed printed =
      RunCheck({unknown_, holds_, violated_, "--model", "register"});
  EXPECT_EQ(printed.status, 1);
  EXPECT_EQ(CountLines(printed.output), 3) << printed.output;
  EXPECT_EQ(RunCheck({violated_, bad_, "--model", "register"}).status, 3);
}

TEST_F(CheckCommand, ExplainsTheViolationOfOneFile) {
  const Printed printed = RunCheck({violated_, "--model", "register"});
  EXPECT_THAT(printed.output,
              AllOf(HasSubstr("VIOLATED  " + violated_), HasSubstr("\n  ")));
}

TEST_F(CheckCommand, NamesTheModelsIfThereIsNoSuchOne) {
  const Printed printed = RunCheck({holds_, "--model", "stack"});
  EXPECT_EQ(printed.status, 3);
  EXPECT_THAT(printed.errors,
              AllOf(HasSubstr("stack"), HasSubstr("cas-register")));
  EXPECT_EQ(CountLines(printed.errors), 1);
}

TEST_F(CheckCommand, RefusesABudgetThatIsNone) {
  EXPECT_EQ(RunCheck({holds_, "--model", "map", "--budget", "much"}).status, 3);
}

TEST_F(CheckCommand, TakesTheInitialValueAndTheMeaningOfFailures) {
  const std::string initial = File("initial",
                                   "INFO  jepsen.util - 0 :invoke :read nil\n"
                                   "INFO  jepsen.util - 0 :ok :read 7\n");
  EXPECT_EQ(RunCheck({initial, "--model", "register"}).status, 1);
  EXPECT_EQ(RunCheck({initial, "--model", "register", "--initial", "7"}).status,
            0);
  const std::string refused = File("refused",
                                   "INFO  jepsen.util - 0 :invoke :write 1\n"
                                   "INFO  jepsen.util - 0 :ok :write 1\n"
                                   "INFO  jepsen.util - 0 :invoke :cas [1 2]\n"
                                   "INFO  jepsen.util - 0 :fail :cas [1 2]\n");
  EXPECT_EQ(RunCheck({refused, "--model", "cas-register"}).status, 0);
  EXPECT_EQ(RunCheck({refused, "--model", "cas-register", "--fail", "observed"})
                .status,
            1);
}

TEST_F(CheckCommand, PrintsALineOfJsonAFile) {
  const Printed printed =
      RunCheck({holds_, violated_, "--model", "register", "--json"});
  EXPECT_EQ(CountLines(printed.output), 2);
  EXPECT_THAT(printed.output, HasSubstr("\"status\":\"violated\""));
}

}  // namespace
}  // namespace faultline
