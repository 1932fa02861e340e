#include "faultline/service/registry/store_bindings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/service/ovsdb/ovsdb.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

bool Deposes(const std::string& name) {
  const auto bugs = OvsdbKnownBugs(name);
  return std::ranges::count(bugs, known_bug::kReturnDeposesLeader,
                            &KnownBug::name) != 0;
}

TEST(OvsdbKnownBugs, TheOneThatPreVoteFixedIsInVersionsBeforeIt) {
  EXPECT_TRUE(Deposes("ovsdb 2.15.0"));
  EXPECT_TRUE(Deposes("ovsdb 3.1.0"));
  EXPECT_FALSE(Deposes("ovsdb 3.3.0"));
  EXPECT_FALSE(Deposes("ovsdb 4.0.0"));
  EXPECT_FALSE(Deposes("ovsdb"));
  EXPECT_EQ(OvsdbKnownBugs("ovsdb 3.1.0").size(), 2);
  EXPECT_EQ(OvsdbKnownBugs("ovsdb 3.2.0").size(), 1);
}

TEST(StoreBindings, AreFoundByRoleInAnyCase) {
  EXPECT_EQ(FindStoreBinding("flaredb").role, "FlareDB");
  EXPECT_EQ(FindStoreBinding("ChainFire").role, "ChainFire");
  EXPECT_THAT([] { FindStoreBinding("iam"); },
              ThrowsMessage<UsageError>(HasSubstr(
                  "no role \"iam\" that a store plays; there are chainfire, "
                  "flaredb")));
}

}  // namespace
}  // namespace faultline
