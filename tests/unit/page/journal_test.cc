#include "faultline/page/journal.h"

#include <gmock/gmock.h>

namespace faultline {
namespace {

using testing::Eq;
using testing::Optional;

// 2026-11-28 04:12:00 UTC.
constexpr std::int64_t kBegan = 1'795'839'120'000'000'000;

TEST(ParseJournal, LaysTheGuestsTimesBesideTheHistory) {
  const Journal journal =
      ParseJournal("node1",
                   "Nov 28 04:12:05.123456 node1 etcd[12]: elected\n"
                   "Nov 28 04:11:59.000000 node1 kernel: before\n",
                   kBegan);
  ASSERT_EQ(journal.lines.size(), 2U);
  EXPECT_THAT(journal.lines[0].at_ns, Optional(5'123'456'000));
  EXPECT_THAT(journal.lines[1].at_ns, Optional(-1'000'000'000));
}

TEST(ParseJournal, KnowsTheTurnOfTheYear) {
  // 2026-12-31 23:59:59 UTC.
  constexpr std::int64_t kEve = 1'798'761'599'000'000'000;
  const Journal journal =
      ParseJournal("node1", "Jan  1 00:00:01.000000 node1 x\n", kEve);
  EXPECT_THAT(journal.lines.at(0).at_ns, Optional(2'000'000'000));
}

TEST(ParseJournal, KeepsWhatHasNoTimeAndWhatHasNoClock) {
  const Journal journal = ParseJournal(
      "node1", "-- Boot --\nNov 28 04:12:05.123456 node1 x\nNov 99 aa", {});
  ASSERT_EQ(journal.lines.size(), 3U);
  for (const JournalLine& line : journal.lines)
    EXPECT_THAT(line.at_ns, Eq(std::nullopt));
  EXPECT_EQ(journal.lines[2].text, "Nov 99 aa");
}

TEST(ParseJournal, OfAJournalWithoutEndTheEndIsKept) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i) + "\n";
  text.append(100'000, 'x');
  text += '\n';
  const Journal journal = ParseJournal("node1", text, kBegan);
  EXPECT_EQ(journal.left_out, 1001U);
  EXPECT_EQ(journal.lines.front().text, "line 1001");
  EXPECT_LT(journal.lines.back().text.size(), 600U);
}

TEST(BeginningOf, IsAbsentInOlderRecords) {
  EXPECT_THAT(BeginningOf({{kBeganFact, "17"}}), Optional(17));
  EXPECT_THAT(BeginningOf({}), Eq(std::nullopt));
  EXPECT_THAT(BeginningOf({{kBeganFact, "soon"}}), Eq(std::nullopt));
}

}  // namespace
}  // namespace faultline
