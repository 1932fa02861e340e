#include "faultline/service/ovsdb/json_framer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(JsonFramer, FindsMessagesThatNothingSeparates) {
  JsonFramer framer;
  framer.Feed("{\"a\":1}{\"b\":[{}]} \n{\"c\"");
  EXPECT_EQ(framer.Next(), "{\"a\":1}");
  EXPECT_EQ(framer.Next(), "{\"b\":[{}]}");
  EXPECT_EQ(framer.Next(), std::nullopt);
  framer.Feed(":2}");
  EXPECT_EQ(framer.Next(), "{\"c\":2}");
}

TEST(JsonFramer, BracketsAndQuotesInStringsDoNotCount) {
  const std::string message = R"({"a":"}]\"}\\","b":"{"})";
  JsonFramer framer;
  for (const char byte : message) framer.Feed({&byte, 1});
  EXPECT_EQ(framer.Next(), message);
}

TEST(JsonFramer, SaysWhereGarbageBegins) {
  JsonFramer framer;
  EXPECT_THAT([&] { framer.Feed("{} HTTP/1.1 400"); },
              ThrowsMessage<Error>(
                  HasSubstr("byte 3: 0x48 where a message should begin")));
}

TEST(JsonFramer, RefusesAMessageThatIsTooLong) {
  JsonFramer framer({.bytes = 10, .depth = 5});
  framer.Feed("{\"a\":\"bc\"}");
  EXPECT_TRUE(framer.Next());
  EXPECT_THAT([&] { framer.Feed("{\"a\":\"bcd\"}"); },
              ThrowsMessage<Error>(HasSubstr("more than 10 bytes")));
}

TEST(JsonFramer, RefusesAMessageThatIsNestedTooDeeply) {
  JsonFramer framer({.bytes = 1000, .depth = 5});
  framer.Feed("{\"a\":[[[[]]]]}");
  EXPECT_TRUE(framer.Next());
  EXPECT_THAT([&] { framer.Feed("{\"a\":[[[[["); },
              ThrowsMessage<Error>(HasSubstr("nested more than 5 deep")));
}

}  // namespace
}  // namespace faultline::internal
