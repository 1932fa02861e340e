#include <gmock/gmock.h>

#include "faultline/page/run_catalogue.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CataloguedCommand CommandOf(const std::string& filter,
                            const std::string& shard) {
  return {.id = "", .started = "", .filter = filter, .shard = shard};
}

TEST(MissingShards, OfWhatWasWholeNothingIs) {
  EXPECT_THAT(MissingShards({.commands = {CommandOf("", "1/1")}}), IsEmpty());
  EXPECT_THAT(
      MissingShards({.commands = {CommandOf("", "2/2"), CommandOf("", "1/2")}}),
      IsEmpty());
}

TEST(MissingShards, AreToldByJob) {
  EXPECT_THAT(
      MissingShards({.commands = {CommandOf("A", "1/3"), CommandOf("A", "1/3"),
                                  CommandOf("B", "2/2")}}),
      ElementsAre("of the scenarios that match \"A\": shards 2/3, 3/3",
                  "of the scenarios that match \"B\": shard 1/2"));
}

TEST(MissingShards, OfASweepByItsFirstSeed) {
  const auto sweep = [](const char* shard, std::int64_t seed) {
    return CataloguedSweep{.directory = "",
                           .id = "",
                           .component = "FlareDB",
                           .started = "",
                           .shard = shard,
                           .first_seed = seed,
                           .canary = ""};
  };
  EXPECT_THAT(MissingShards({.sweeps = {sweep("1/3", 7), sweep("2/3", 8)}}),
              ElementsAre("of the sweep of FlareDB from seed 7: shard 3/3"));
}

TEST(MissingShards, WhatIsNoShardIsNone) {
  for (const char* odd : {"", "1", "1/", "/2", "3/2", "0/2", "1/2x", "1/99999"})
    EXPECT_THAT(MissingShards({.commands = {CommandOf("", odd)}}), IsEmpty());
}

}  // namespace
}  // namespace faultline
