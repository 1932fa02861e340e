#include "faultline/cli/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

TEST(Budgets, AreNumbersWithUnits) {
  EXPECT_EQ(ParseTimeBudget("250ms"), 250ms);
  EXPECT_EQ(ParseTimeBudget("60s"), 60s);
  EXPECT_EQ(ParseTimeBudget("5m"), 5min);
  EXPECT_EQ(ParseTimeBudget("7"), 7s);
  EXPECT_EQ(ParseMemoryBudget("2GiB"), std::uint64_t{2} << 30);
  EXPECT_EQ(ParseMemoryBudget("512MiB"), std::uint64_t{512} << 20);
  EXPECT_EQ(ParseMemoryBudget("100"), 100U);
}

TEST(Budgets, ThatMakeNoSenseAreRefused) {
  for (const char* text : {"", "s", "0s", "-1s", "1.5s", "60 s", "3days",
                           "99999999999999999999s", "9999999999999999h"}) {
    EXPECT_THROW(ParseTimeBudget(text), UsageError) << text;
  }
  EXPECT_THROW(ParseMemoryBudget("2GB"), UsageError);
}

}  // namespace
}  // namespace faultline
