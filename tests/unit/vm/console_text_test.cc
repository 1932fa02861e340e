#include "faultline/vm/console_text.h"

#include <gtest/gtest.h>

namespace faultline {
namespace {

TEST(ConsoleText, LosesEscapeSequencesAndControlCharacters) {
  EXPECT_EQ(CleanConsoleText("\x1b[0;32m  OK  \x1b[0m\r\nready\a\n"),
            "  OK  \nready\n");
  EXPECT_EQ(CleanConsoleText("\x1b]0;title\adone\x1b"), "done");
  EXPECT_EQ(CleanConsoleText("\x1b"
                             "cboot\x7f"),
            "boot");
}

TEST(ConsoleText, KeepsTheLineAfterASequenceThatWasCutOff) {
  EXPECT_EQ(CleanConsoleText("\x1b[0;3\nnext"), "\nnext");
  EXPECT_EQ(CleanConsoleText("end\x1b[0;3"), "end");
}

TEST(ConsoleText, ShowsTheLastLinesThatAreNotBlank) {
  EXPECT_EQ(LastLines("one\n\ntwo\n \nthree\n", 2), "two\nthree\n");
  EXPECT_EQ(LastLines("one\ntwo", 5), "one\ntwo\n");
  EXPECT_EQ(LastLines("", 3), "");
}

TEST(ConsoleText, ReadsNothingFromAFileThatIsMissing) {
  EXPECT_EQ(ReadFrom("/nonexistent/console", 0), "");
}

}  // namespace
}  // namespace faultline
