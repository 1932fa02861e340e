#include "faultline/evidence/watch_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::EndsWith;
using testing::SizeIs;
using testing::ThrowsMessage;

WatchTrace Parse(const std::string& text) {
  static const ScratchDirectory scratch;
  return ReadWatchTrace(scratch.Write("watch.jsonl", text));
}

TEST(WatchTraceFile, SurvivesWritingAndReading) {
  for (const char* name : {"holds", "holds_after_compaction"}) {
    const WatchTrace trace = ReadWatchTrace(
        std::string(FAULTLINE_FIXTURES "/watch/") + name + ".jsonl");
    const std::string text = WatchTraceToJsonLines(trace);
    const WatchTrace again = Parse(text);
    ASSERT_THAT(again, SizeIs(trace.size()));
    EXPECT_EQ(WatchTraceToJsonLines(again), text);
    for (std::size_t i = 0; i < trace.size(); ++i) {
      EXPECT_EQ(again[i].kind, trace[i].kind);
      EXPECT_EQ(again[i].revision, trace[i].revision);
      EXPECT_EQ(again[i].events, trace[i].events);
    }
  }
}

const char kStart[] =
    R"({"type":"watch","watch":1,"time":5,"key":"k","prefix":true,)"
    R"("puts":true,"deletes":true,"previous":false})"
    "\n";

TEST(WatchTraceFile, MayBeTornAtItsEnd) {
  EXPECT_THAT(Parse(std::string(kStart) + "{\"type\":"), SizeIs(1));
}

struct Malformed {
  std::string name;
  std::string line;
  std::string reason;
};

void PrintTo(const Malformed& example, std::ostream* out) {
  *out << example.name;
}

class MalformedWatchTrace : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedWatchTrace, IsRefusedWithFileLineAndReason) {
  EXPECT_THAT([] { Parse(kStart + GetParam().line + "\n"); },
              ThrowsMessage<UsageError>(
                  EndsWith("watch.jsonl:2: " + GetParam().reason)));
}

INSTANTIATE_TEST_SUITE_P(
    Examples, MalformedWatchTrace,
    testing::Values(
        Malformed{"OtherType", R"({"type":"x"})",
                  "unknown \"type\" \"x\" (watch, events, progress, broken, "
                  "resume, compacted, end)"},
        Malformed{"NoEvents",
                  R"({"type":"events","watch":1,"time":6,"events":[]})",
                  "\"events\" is empty"},
        Malformed{"EventWithoutRevision",
                  R"({"type":"events","watch":1,"time":6,)"
                  R"("events":[{"key":"k"}]})",
                  "lacks \"revision\""},
        Malformed{"RevisionZero",
                  R"({"type":"progress","watch":1,"time":6,"revision":0})",
                  "\"revision\" is not from 1 up"},
        Malformed{"NeverStarted",
                  R"({"type":"progress","watch":2,"time":6,"revision":1})",
                  "watch 2 was never started"},
        Malformed{"StartedTwice",
                  std::string(kStart).substr(0, std::string(kStart).size() - 1),
                  "watch 1 is started twice"},
        Malformed{"TimeGoesBack", R"({"type":"broken","watch":1,"time":4})",
                  "\"time\" goes back"}),
    [](const auto& example) { return example.param.name; });

TEST(WatchTraceFile, RefusesEventsOfAWatchThatIsNotOpen) {
  EXPECT_THAT(
      [] {
        Parse(std::string(kStart) +
              "{\"type\":\"broken\",\"watch\":1,\"time\":6}\n"
              "{\"type\":\"progress\",\"watch\":1,\"time\":7,"
              "\"revision\":1}\n");
      },
      ThrowsMessage<UsageError>(EndsWith(":3: watch 1 is not open")));
}

}  // namespace
}  // namespace faultline
