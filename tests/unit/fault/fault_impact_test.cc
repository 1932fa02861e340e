#include "faultline/fault/fault_impact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/fault/catalogue/fault_catalogue.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

const std::vector<std::string> kThree = {"node1", "node2", "node3"};
const std::vector<std::string> kFive = {"node1", "node2", "node3", "node4",
                                        "node5"};

FaultImpact Of(const std::string& fault,
               const std::vector<std::string>& nodes = kThree) {
  return ImpactOf(ParseFaultSpec(fault), nodes);
}

TEST(FaultImpact, OfFiltersReachesNodesThatAreNoTargets) {
  EXPECT_THAT(Of("filter-partition node2").affected,
              ElementsAre("node1", "node2", "node3"));
  EXPECT_THAT(Of("bridge node2,node1").affected, ElementsAre("node1", "node3"));
  EXPECT_THAT(
      Of("bridge node2,node1").cuts,
      UnorderedElementsAre(Pair("node1", "node3"), Pair("node3", "node1")));
  EXPECT_THAT(Of("one-way-cut node1,node2").affected, ElementsAre("node2"));
  EXPECT_THAT(Of("one-way-cut node1,node2").cuts,
              ElementsAre(Pair("node1", "node2")));
}

TEST(FaultImpact, OfTrafficIsOnTheSender) {
  EXPECT_THAT(Of("delay node3,node1").affected, ElementsAre("node3"));
  EXPECT_THAT(Of("delay node3,node1").cuts, IsEmpty());
}

TEST(FaultImpact, OfWhatStopsAServiceIsThatItIsDown) {
  for (const char* fault : {"process-kill node1", "freeze node1",
                            "cpu-starvation node1", "disk-stalled node1"}) {
    EXPECT_THAT(Of(fault).down, ElementsAre("node1")) << fault;
  }
  EXPECT_THAT(Of("disk-slow node1").down, IsEmpty());
  EXPECT_THAT(Of("clock-jump node1").down, IsEmpty());
}

TEST(FaultImpact, OfPartitionsIsWhoIsApart) {
  EXPECT_EQ(Of("isolate node2").cuts.size(), 4U);
  EXPECT_EQ(Of("link-down node2").cuts, Of("isolate node2").cuts);
  EXPECT_EQ(Of("partition node1,node2 sizes=1+1").cuts.size(), 6U);
  EXPECT_EQ(Of("majority-minority node1,node2", kFive).cuts.size(), 12U);
}

TEST(Majority, IsLeftWhereMoreThanHalfServeAndHearEachOther) {
  for (const char* fault :
       {"process-kill node1", "isolate node1", "pair-cut node1,node2",
        "one-way-cut node1,node2", "bridge node2,node1", "link-down node3",
        "rolling-restart node1,node2,node3", "delay node1"}) {
    EXPECT_TRUE(LeavesAMajority(Of(fault), kThree)) << fault;
  }
  EXPECT_TRUE(LeavesAMajority(Of("bridge node1,node2,node3", kFive), kFive));
  EXPECT_TRUE(LeavesAMajority(Of("partition node1,node2", kFive), kFive));
}

TEST(Majority, IsLostWhereNone) {
  for (const char* fault :
       {"process-kill node1,node2", "ring node1,node2,node3",
        "partition node1,node2 sizes=1+1", "link-down node1,node3"}) {
    EXPECT_FALSE(LeavesAMajority(Of(fault), kThree)) << fault;
  }
  EXPECT_FALSE(
      LeavesAMajority(Of("ring node1,node2,node3,node4,node5", kFive), kFive));
  FaultImpact both = Of("process-kill node1");
  both.Add(Of("pair-cut node2,node3"));
  EXPECT_FALSE(LeavesAMajority(both, kThree));
}

TEST(FaultImpact, OfAnInvalidFaultIsRefused) {
  EXPECT_THROW(Of("isolate node7"), UsageError);
}

}  // namespace
}  // namespace faultline
