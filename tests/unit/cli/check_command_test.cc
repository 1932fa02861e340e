#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <thread>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"
#include "unit/cli/run_check.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;

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

TEST_F(CheckCommand, ReadsWhatCanBeOpenedOnlyOnce) {
  const std::string fifo = (scratch_.path() / "fifo").string();
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::jthread writer([&] { scratch_.Write("fifo", ReadFile(violated_)); });
  EXPECT_EQ(RunCheck({fifo, "--model", "register"}).status, 1);
}

// Puts a file in the place of one of the standard streams.
class Redirected {
 public:
  Redirected(int stream, const std::string& file, int flags)
      : stream_(stream), before_(::dup(stream)) {
    std::fflush(stdout);
    const int opened = ::open(file.c_str(), flags);
    ::dup2(opened, stream);
    ::close(opened);
  }
  ~Redirected() {
    ::dup2(before_, stream_);
    ::close(before_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int stream_;
  int before_;
};

TEST_F(CheckCommand, ReadsStandardInput) {
  for (const char* name : {"-", "/dev/stdin"}) {
    const Redirected input(STDIN_FILENO, violated_, O_RDONLY);
    EXPECT_EQ(RunCheck({name, "--model", "register"}).status, 1) << name;
  }
}

TEST_F(CheckCommand, FindsTheHistoryOfAJepsenStore) {
  const std::filesystem::path store = scratch_.path() / "store";
  std::filesystem::create_directory(store);
  scratch_.Write("store/jepsen.log", ReadFile(holds_));
  const std::string path = store.string();
  const Printed log = RunCheck({path, "--model", "register"});
  EXPECT_EQ(log.status, 0);
  EXPECT_THAT(log.output, HasSubstr("read jepsen.log"));
  scratch_.Write("store/history.txt", ReadFile(violated_));
  EXPECT_EQ(RunCheck({path, "--model", "register"}).status, 1);
  scratch_.Write("store/history.edn",
                 "[{:process 0 :type :invoke :f :write :value 1}"
                 " {:process 0 :type :ok :f :write :value 1}]");
  const Printed edn = RunCheck({path, "--model", "register"});
  EXPECT_EQ(edn.status, 0);
  EXPECT_THAT(edn.output, HasSubstr("read history.edn"));
}

TEST_F(CheckCommand, LeavesTheExplanationOutOrBoundsIt) {
  const Printed bare =
      RunCheck({violated_, "--model", "register", "--no-explain"});
  EXPECT_EQ(bare.status, 1);
  EXPECT_EQ(CountLines(bare.output), 1) << bare.output;
  EXPECT_EQ(
      RunCheck({violated_, "--model", "register", "--explain-budget", "never"})
          .status,
      3);
}

TEST_F(CheckCommand, FailsIfItsVerdictCannotBeWritten) {
  const Redirected full(STDOUT_FILENO, "/dev/full", O_WRONLY);
  testing::internal::CaptureStderr();
  const int status = RunUncaptured({holds_, "--model", "register"});
  std::cout.clear();
  EXPECT_EQ(status, 4);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("cannot be written to standard output"));
}

TEST_F(CheckCommand, PrintsNoControlCharacterOfAValue) {
  const std::string file =
      File("control",
           "{:process 0 :type :invoke :f :write :value \"\\u001b[2J\"}\n"
           "{:process 0 :type :ok :f :write :value nil}\n"
           "{:process 1 :type :invoke :f :read}\n"
           "{:process 1 :type :ok :f :read :value \"\\u001b[1J\"}\n");
  const Printed printed = RunCheck({file, "--model", "register"});
  EXPECT_EQ(printed.status, 1);
  EXPECT_THAT(printed.output, HasSubstr("value=\\x1b[1J"));
  EXPECT_EQ(printed.output.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace faultline
