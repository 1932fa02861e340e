#include "faultline/page/trace_events.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace faultline {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class TraceEventsTest : public testing::Test {
 protected:
  json EventsOf(const std::string& kind) const {
    const json all = json::parse(TraceEvents(story_)).at("traceEvents");
    json found = json::array();
    for (const json& event : all) {
      if (event.at("ph") == kind) found.push_back(event);
    }
    return found;
  }

  std::vector<std::string> NamesOf(const std::string& kind) const {
    std::vector<std::string> names;
    for (const json& event : EventsOf(kind)) names.push_back(event.at("name"));
    return names;
  }

  void SetHistory(const std::string& lines) {
    story_.evidence.history = std::make_shared<History>(ParseHistory(
        "{\"type\":\"meta\",\"version\":1,\"metadata\":{}}\n" + lines, "h"));
  }

  Story story_ = {.title = "T040.S2.X"};
};

TEST_F(TraceEventsTest, ARunThatLeftNothingIsAnEmptyTrace) {
  EXPECT_THAT(EventsOf("X"), IsEmpty());
}

TEST_F(TraceEventsTest, OperationsAreSlicesInMicrosecondsOnTheirClientsTrack) {
  SetHistory(
      R"({"type":"invoke","id":0,"process":3,"op":"write","key":"k","value":"</script>","time":1500}
{"type":"invoke","id":1,"process":4,"op":"read","key":"k","time":2000}
{"type":"ok","id":0,"process":3,"time":4000}
)");
  const json slices = EventsOf("X");
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0].at("name"), "write k");
  EXPECT_EQ(slices[0].at("tid"), 1);
  EXPECT_EQ(slices[0].at("ts"), 1.5);
  EXPECT_EQ(slices[0].at("dur"), 2.5);
  EXPECT_EQ(slices[0].at("args").at("asked"), "</script>");
  EXPECT_EQ(slices[1].at("name"), "read k (unknown)");
  EXPECT_EQ(slices[1].at("dur"), 2.0);  // to the last thing that happened
}

TEST_F(TraceEventsTest, AClientWithAnUnknownOperationGoesOnOnItsTrack) {
  SetHistory(
      R"({"type":"invoke","id":0,"process":0,"op":"read","key":"k","time":1000}
{"type":"unknown","id":0,"process":0,"time":2000}
{"type":"invoke","id":1,"process":7,"op":"read","key":"k","time":3000}
{"type":"ok","id":1,"process":7,"time":4000}
)");
  const json slices = EventsOf("X");
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0].at("dur"), 2.0);
  EXPECT_EQ(slices[1].at("tid"), slices[0].at("tid"));
}

TEST_F(TraceEventsTest, AFaultIsAskedForInEffectAndComingBack) {
  SetHistory(
      R"({"type":"fault_begin","id":0,"name":"isolate","target":"node2","time":1000}
{"type":"fault_effect","id":0,"time":3000}
{"type":"fault_end","id":0,"time":5000}
{"type":"fault_recovered","id":0,"time":9000}
)");
  EXPECT_THAT(NamesOf("X"), ElementsAre("isolate node2: asked for",
                                        "isolate node2: in effect",
                                        "isolate node2: healed, coming back"));
}

TEST_F(TraceEventsTest, ANodesStandingAndTheChangesOfTheLeader) {
  const auto seen = [](std::int64_t at, const char* node, const char* leader,
                       std::uint64_t term) {
    return MemberObservation{
        .at_ns = at, .node = node, .leader = leader, .term = term};
  };
  story_.evidence.trace = {
      seen(1000, "node1", "node1", 2), seen(1000, "node2", "node1", 2),
      seen(2000, "node1", "node1", 2), seen(3000, "node1", "", 2),
      seen(4000, "node2", "node2", 3)};
  EXPECT_THAT(NamesOf("X"),
              ElementsAre("leader, term 2", "no leader, term 2",
                          "follows node1, term 2", "leader, term 3"));
  EXPECT_EQ(EventsOf("X")[0].at("dur"), 2.0);
  EXPECT_THAT(NamesOf("i"),
              ElementsAre("node1 leads, term 2", "node2 leads, term 3"));
}

TEST_F(TraceEventsTest, OutagesHaveATrackOfTheirOwn) {
  story_.evidence.probes = {
      {.due_ns = 0, .answered_ns = 1, .answered = true},
      {.due_ns = 1000},
      {.due_ns = 2000, .answered_ns = 2500, .answered = true}};
  EXPECT_THAT(NamesOf("X"), Contains("outage"));
}

}  // namespace
}  // namespace faultline
