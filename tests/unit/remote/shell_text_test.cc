#include "faultline/remote/shell_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using testing::EndsWith;
using testing::SizeIs;

TEST(ShellText, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(ShellQuote("a b"), "'a b'");
  EXPECT_EQ(ShellQuote("$HOME;`x`"), "'$HOME;`x`'");
  EXPECT_EQ(ShellQuote("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellQuote(""), "''");
}

TEST(ShellText, RefusesToQuoteNulBytes) {
  EXPECT_THROW(ShellQuote(std::string("a\0b", 3)), UsageError);
}

TEST(ShellText, ShortCommandsStayAsTheyAre) {
  EXPECT_EQ(ShortCommand("systemctl start x"), "systemctl start x");
}

TEST(ShellText, LongCommandsAreCutAndLinesJoined) {
  EXPECT_EQ(ShortCommand("a\nb\x1b[0m"), "a b [0m");
  const std::string cut = ShortCommand(std::string(500, 'x'));
  EXPECT_THAT(cut, SizeIs(123));
  EXPECT_THAT(cut, EndsWith("xxx..."));
}

TEST(ShellText, NeverCutsACharacterInTwo) {
  const std::string full(120, 'x');
  EXPECT_EQ(ShortCommand(full + "\u00e9y"), full + "...");
  const std::string one_short(119, 'x');
  EXPECT_EQ(ShortCommand(one_short + "\u00e9y"), one_short + "...");
}

TEST(ShellText, LastLinesAreJoinedAndBlankOnesLeftOut) {
  EXPECT_EQ(OutputTail("a\nb\n\nc\nd\n\n"), "b | c | d");
  EXPECT_EQ(OutputTail("one"), "one");
  EXPECT_EQ(OutputTail("\n \n"), "");
}

}  // namespace
}  // namespace faultline
