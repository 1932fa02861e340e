#include "faultline/service/formed_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_qemu.h"

namespace faultline {
namespace {

using testing::HasSubstr;

class FormedCheckpointKey : public testing::Test {
 protected:
  CheckpointKey Key() const { return KeyOf(formed_, {}, {}); }

  FakeQemu qemu_;  // the key names it
  FormedCluster formed_{.binding = {.role = "ChainFire", .make = {}},
                        .nodes = 3,
                        .configuration = "etcd 3\nquota: 0\n"};
};

TEST_F(FormedCheckpointKey, HoldsTheWholeConfiguration) {
  const CheckpointKey key = Key();
  EXPECT_EQ(key.name, "ChainFire-3");
  EXPECT_EQ(key.machines, 3);
  EXPECT_THAT(key.text, HasSubstr(formed_.configuration));
  formed_.configuration = "etcd 3\nquota: 1\n";
  EXPECT_NE(Key().text, key.text);
}

TEST_F(FormedCheckpointKey, TellsClustersOfOtherSizesApart) {
  const std::string three = Key().text;
  formed_.nodes = 5;
  EXPECT_NE(Key().text, three);
}

}  // namespace
}  // namespace faultline
