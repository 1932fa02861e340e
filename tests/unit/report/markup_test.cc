#include "faultline/report/markup.h"

#include <gmock/gmock.h>

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(EscapeMarkup, LeavesNoTagAndNoAttributesEnd) {
  EXPECT_EQ(EscapeMarkup("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script"
            "&gt;");
}

TEST(EscapeMarkup, ReplacesWhatATerminalOrXmlWouldNotTake) {
  EXPECT_EQ(EscapeMarkup("a\x1b[31mb\x7f\tc\nd"),
            "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD\tc\nd");
}

TEST(ValidUtf8, KeepsCharactersAndReplacesOtherBytes) {
  EXPECT_EQ(ValidUtf8("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80");
  constexpr char kReplaced[] = "a\xEF\xBF\xBD";
  for (const char* bad : {"a\xFF", "a\xC3", "a\x80"})
    EXPECT_EQ(ValidUtf8(bad), kReplaced);
  // Overlong, and half of a surrogate pair: each of their bytes.
  EXPECT_EQ(ValidUtf8("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_THAT(ValidUtf8("\xED\xA0\x80"), Not(HasSubstr("\xED")));
}

TEST(EscapeScript, NothingEndsTheElement) {
  EXPECT_EQ(EscapeScript("[\"</script><!--\"]"),
            "[\"\\u003c/script>\\u003c!--\"]");
}

}  // namespace
}  // namespace faultline
