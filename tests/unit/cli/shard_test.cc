#include "faultline/cli/shard.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

const std::vector<std::string> kNames = {"d", "a", "c", "e", "b"};

TEST(Shard, TogetherTheyAreTheWholeAndNoneTwice) {
  for (int count = 1; count <= 6; ++count) {
    std::vector<std::string> all;
    for (int index = 1; index <= count; ++index) {
      const Shard shard{.index = index, .count = count};
      for (const std::string& name : shard.Of(kNames)) all.push_back(name);
    }
    EXPECT_THAT(all, UnorderedElementsAreArray(kNames)) << count;
  }
}

TEST(Shard, DoesNotDependOnTheOrderOfTheNames) {
  const Shard shard{.index = 2, .count = 2};
  EXPECT_THAT(shard.Of(kNames), ElementsAre("b", "d"));
  EXPECT_THAT(shard.Of({"a", "b", "c", "d", "e"}), ElementsAre("b", "d"));
  EXPECT_THAT((Shard{.index = 6, .count = 6}).Of(kNames), IsEmpty());
}

TEST(ParseShard, TakesIOfN) {
  EXPECT_EQ(ParseShard("2/5").text(), "2/5");
  for (const char* text : {"", "2", "0/5", "6/5", "-1/5", "2/", "/5", "a/b",
                           "1/5/2", "1 /5", "1/99999"})
    EXPECT_THROW(ParseShard(text), UsageError) << text;
}

}  // namespace
}  // namespace faultline
