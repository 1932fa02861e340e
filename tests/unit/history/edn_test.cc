#include "faultline/history/edn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

EdnValue Parse(std::string_view text) {
  EdnReader reader(text);
  return reader.Next();
}

std::string Canonical(std::string_view text) { return ToText(Parse(text)); }

TEST(Edn, EveryKindOfValueIsRead) {
  EXPECT_EQ(Canonical("nil"), "nil");
  EXPECT_EQ(Canonical("true"), "true");
  EXPECT_EQ(Canonical("\"a\\n\\\"b\\u00e9\""), "a\n\"b\xc3\xa9");
  EXPECT_EQ(Canonical("\\newline"), "\\newline");
  EXPECT_EQ(Canonical(":jepsen/ok"), ":jepsen/ok");
  EXPECT_EQ(Canonical("clojure.lang/sym"), "clojure.lang/sym");
  EXPECT_EQ(Canonical("(1 [2 #{3}] {:a 4})"), "(1 [2 #{3}] {:a 4})");
}

TEST(Edn, EqualIntegersAreEqualTexts) {
  EXPECT_EQ(Canonical("+7"), "7");
  EXPECT_EQ(Canonical("7N"), "7");
  EXPECT_EQ(Canonical("-1.5e3"), "-1.5e3");
  EXPECT_EQ(Canonical("1/3"), "1/3");
}

TEST(Edn, DifferentStringsStayDifferentWithinACollection) {
  EXPECT_NE(Canonical(R"(["a" "b"])"), Canonical(R"(["a\" \"b"])"));
  EXPECT_NE(Canonical(R"(["1"])"), Canonical("[1]"));
}

TEST(Edn, CommentsCommasDiscardedValuesAndTagsAreSkipped) {
  EXPECT_EQ(Canonical("; says\n #_(x y) [1, #_2 3 #_4]"), "[1 3]");
  EXPECT_EQ(Canonical("#jepsen.history.Op{:f :read}"), "{:f :read}");
  EXPECT_EQ(Canonical("#inst \"2026-01-01\""), "2026-01-01");
}

TEST(Edn, ValuesFollowEachOther) {
  EdnReader reader("1\n2 ; end");
  EXPECT_EQ(reader.Next().text, "1");
  EXPECT_TRUE(reader.HasNext());
  EXPECT_EQ(reader.Next().text, "2");
  EXPECT_EQ(reader.line(), 2);
  EXPECT_FALSE(reader.HasNext());
}

TEST(Edn, SymbolicValuesAreValuesAndTakeNothingElse) {
  EXPECT_EQ(Canonical("[##Inf, 7 ##-Inf ##NaN]"), "[##Inf 7 ##-Inf ##NaN]");
}

TEST(Edn, NumbersInOtherBasesAreNumbers) {
  EXPECT_EQ(Canonical("0x1F"), "31");
  EXPECT_EQ(Canonical("-0xffN"), "-255");
  EXPECT_EQ(Canonical("2r1010"), "10");
  EXPECT_EQ(Canonical("36rZZ"), "1295");
  EXPECT_EQ(Canonical("0x112210f4b7de98115"), "0x112210f4b7de98115");
}

TEST(Edn, WhatClojurePrintsOfAnyObjectIsRead) {
  EXPECT_EQ(Canonical("#object[a.b$c 0x1a \"a.b$c@1a\"]"),
            "[a.b$c 26 \"a.b$c@1a\"]");
  EXPECT_EQ(Canonical("[#\"a\\d\\\"b\" 1]"), "[#\"a\\d\\\"b\" 1]");
  EXPECT_EQ(Canonical("#error {:via [{:type E}]}"), "{:via [{:type E}]}");
  EXPECT_EQ(Canonical("#:a.b{:c \\( :d \\newline}"), "{:c \\( :d \\newline}");
}

TEST(Edn, TwoEscapesMakeOneLargeCharacter) {
  EXPECT_EQ(Canonical("\"\\ud83d\\ude00\""), "\xf0\x9f\x98\x80");
}

struct Malformed {
  std::string name;
  std::string text;
  std::string reason;
};

void PrintTo(const Malformed& example, std::ostream* out) {
  *out << example.name;
}

class MalformedEdn : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedEdn, IsRefusedWithTheReason) {
  EXPECT_THAT([] { Parse(GetParam().text); },
              ThrowsMessage<UsageError>(HasSubstr(GetParam().reason)));
}

INSTANTIATE_TEST_SUITE_P(
    Examples, MalformedEdn,
    testing::Values(
        Malformed{"OpenString", "\"abc", "ends within a string"},
        Malformed{"OpenMap", "{:a\n1", "\"}\" is missing for line 1"},
        Malformed{"StrayEnd", ")", "\")\" closes nothing"},
        Malformed{"OddMap", "{:a}", "a map has a key without a value"},
        Malformed{"Number", "12x", "\"12x\" is no number"},
        Malformed{"Ratio", "1/", "\"1/\" is no number"},
        Malformed{"Escape", "\"\\q\"", "unknown escape \"\\q\""},
        Malformed{"Unicode", "\"\\u12\"", "without four hex digits"},
        Malformed{"Symbolic", "##Many", "\"##Many\" is no symbolic value"},
        Malformed{"Hexadecimal", "0xfg", "\"0xfg\" is no number"},
        Malformed{"Base", "2r102", "\"2r102\" is no number"},
        Malformed{"Pattern", "#\"a\\\"", "ends within a regular expression"},
        Malformed{"Surrogate", "\"\\ud83d\\u0041\"", "half of a character"},
        Malformed{"Keyword", ":", "a keyword without a name"},
        Malformed{"Tag", "#", "\"#\" is no tag"},
        Malformed{"TagWithoutValue", "#x", "ends within a value"},
        Malformed{"Zero", std::string("\0", 1), "\"\\x00\" is no EDN value"},
        Malformed{"Nested", std::string(100000, '['), "nested more than 64"},
        Malformed{"Tags",
                  [] {
                    std::string tags;
                    for (int i = 0; i < 50000; ++i) tags += "#a ";
                    return tags;
                  }(),
                  "nested more than 64"}),
    [](const auto& example) { return example.param.name; });

}  // namespace
}  // namespace faultline::internal
