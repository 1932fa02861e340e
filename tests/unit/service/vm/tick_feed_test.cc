#include "faultline/service/vm/tick_feed.h"

#include <gtest/gtest.h>

namespace faultline {
namespace {

TEST(ParseTick, ReadsBootAndCount) {
  const auto tick = ParseTick("tick 00000002 0000001f");
  ASSERT_TRUE(tick);
  EXPECT_EQ(tick->boot, 2U);
  EXPECT_EQ(tick->count, 31U);
  EXPECT_FALSE(tick->disturbed);
}

TEST(ParseTick, KnowsADisturbedDisk) {
  const auto tick = ParseTick("lost 00000002 0000001f");
  ASSERT_TRUE(tick);
  EXPECT_TRUE(tick->disturbed);
}

TEST(ParseTick, PassesOverWhatAKilledMachineLeft) {
  const auto tick = ParseTick("tick 0000tick 00000003 00000000");
  ASSERT_TRUE(tick);
  EXPECT_EQ(tick->boot, 3U);
}

TEST(ParseTick, IsNothingForOtherLines) {
  for (const char* line :
       {"", "off", "no disk", "tick 00000002", "tick 0000000g 00000001",
        "tock 00000002 0000001f", "tick 00000002_0000001f"})
    EXPECT_FALSE(ParseTick(line)) << line;
}

}  // namespace
}  // namespace faultline
