#include "faultline/nemesis/plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "support/throws.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr char kText[] =
    "nodes 3\n"
    "seed 4711\n"
    "at 1200 ms for 3000 ms: process-pause node2\n"
    "at 2500 ms for 900 ms: partition node1,node3 sizes=1+1\n";

TEST(Plan, TextRoundTrip) {
  const FaultPlan plan = ParsePlan(kText, "plan");
  EXPECT_EQ(ToText(plan), kText);
  EXPECT_EQ(plan.seed, 4711U);
  EXPECT_EQ(plan.length(), 4200ms);
  ASSERT_EQ(plan.faults.size(), 2U);
  EXPECT_EQ(plan.faults[1].fault.parameters.at("sizes"), "1+1");
}

TEST(Plan, CommentsBlanksAndOrderDoNotMatter) {
  const FaultPlan plan = ParsePlan(
      "# by hand\n\nnodes 3  # three\r\n"
      "at 900 ms for 100 ms : isolate node1\n"
      "  at 5ms for 10ms: process-kill node2",
      "plan");
  ASSERT_EQ(plan.faults.size(), 2U);
  EXPECT_EQ(plan.faults[0].fault.kind, "process-kill");
}

TEST(Plan, ThatDoesNotParseIsRefusedWithItsLine) {
  const auto parse = [](const std::string& text) {
    return [text] { ParsePlan(text, "my.plan"); };
  };
  EXPECT_EQ(ErrorOf(parse("nodes 3\nsoon: isolate node1\n")),
            "my.plan:2: neither \"nodes N\", \"seed N\" nor \"at N ms for N "
            "ms: FAULT\"");
  EXPECT_EQ(ErrorOf(parse("nodes none\n")),
            "my.plan:1: \"none\" is no number from 0 to 64");
  EXPECT_EQ(ErrorOf(parse("nodes 0\n")),
            "my.plan:1: a cluster has one node or more");
  EXPECT_EQ(ErrorOf(parse("at 1 ms for 1 ms: isolate node1\n")),
            "my.plan:1: \"nodes N\" comes before all faults");
  EXPECT_EQ(ErrorOf(parse("")), "my.plan:0: no line \"nodes N\"");
  EXPECT_THAT(ErrorOf(parse("nodes 3\nat 1 ms for 99999999999999999999 ms: x")),
              HasSubstr("my.plan:2: \"99999999999999999999\" is no number"));
  EXPECT_THAT(ErrorOf(parse("nodes 3\nat 1 ms for 2 ms: isolate a=1 node1")),
              HasSubstr("my.plan:2: "));
}

TEST(Plan, FileThatIsNotThereIsNamed) {
  EXPECT_THAT(ErrorOf([] { ReadPlan("/nowhere/my.plan"); }),
              HasSubstr("/nowhere/my.plan"));
}

void ExpectInvalid(const std::string& faults, const std::string& reason) {
  const FaultPlan plan = ParsePlan("nodes 3\n" + faults, "plan");
  EXPECT_THAT(ErrorOf([&] { ValidatePlan(plan, 3); }), HasSubstr(reason));
}

TEST(Plan, OfTheCatalogueIsValid) { ValidatePlan(ParsePlan(kText, "plan"), 3); }

TEST(Plan, ForAnotherClusterSizeIsInvalid) {
  EXPECT_EQ(ErrorOf([] { ValidatePlan(ParsePlan("nodes 5\n", "plan"), 3); }),
            "plan: made for a cluster of 5 nodes, this one has 3");
}

TEST(Plan, WithUnknownKindNodeOrParameterIsInvalid) {
  ExpectInvalid("at 1 ms for 1 ms: process-kil node1", "process-kil");
  ExpectInvalid("at 1 ms for 1 ms: process-kill node4", "node4");
  ExpectInvalid("at 1 ms for 1 ms: process-kill node1 speed=1", "speed");
}

TEST(Plan, WithFaultsInConflictIsInvalid) {
  ExpectInvalid(
      "at 1 ms for 10 ms: process-kill node1\n"
      "at 10 ms for 10 ms: process-pause node1\n",
      "\"at 1 ms for 10 ms: process-kill node1\" and \"at 10 ms for 10 ms: "
      "process-pause node1\" conflict");
  ExpectInvalid(
      "at 1 ms for 10 ms: isolate node1\nat 5 ms for 1 ms: isolate node2\n",
      "conflict");
  ExpectInvalid(
      "at 1 ms for 10 ms: freeze node1\nat 5 ms for 1 ms: process-kill node1\n",
      "conflict");
  for (const char* other : {"cable-delay", "delay"})
    ExpectInvalid(std::string("at 1 ms for 10 ms: cable-loss node1,node2\n"
                              "at 5 ms for 1 ms: ") +
                      other + " node2\n",
                  "conflict");
}

// Each of these loads filters into nodes that it does not name.
TEST(Plan, WithAFilterOnANodeThatStopsIsInvalid) {
  for (const char* filter : {"filter-partition node1", "bridge node2,node1"}) {
    for (const char* stop : {"power-cut node3", "freeze node3", "reset node3"})
      ExpectInvalid(fmt::format("at 1 ms for 10 ms: {}\n"
                                "at 5 ms for 1 ms: {}\n",
                                filter, stop),
                    "conflict");
  }
}

TEST(Plan, WithAFilterBesideANodeThatStopsIsValid) {
  ValidatePlan(ParsePlan("nodes 3\n"
                         "at 1 ms for 10 ms: pair-cut node1,node2\n"
                         "at 5 ms for 1 ms: power-cut node3\n"
                         "at 20 ms for 9 ms: one-way-cut node3,node1\n"
                         "at 25 ms for 1 ms: power-cut node3\n",
                         "plan"),
               3);
}

TEST(Plan, WithACableAndAPartitionOfItsNodeIsValid) {
  ValidatePlan(ParsePlan("nodes 3\n"
                         "at 1 ms for 10 ms: cable-loss node1 direction=in\n"
                         "at 1 ms for 10 ms: cable-loss node2\n"
                         "at 5 ms for 1 ms: isolate node1\n",
                         "plan"),
               3);
}

TEST(Plan, WithFaultsOneAfterAnotherIsValid) {
  ValidatePlan(ParsePlan("nodes 3\n"
                         "at 1 ms for 10 ms: process-kill node1\n"
                         "at 11 ms for 10 ms: process-pause node1\n"
                         "at 11 ms for 10 ms: process-pause node2\n",
                         "plan"),
               3);
}

}  // namespace
}  // namespace faultline
