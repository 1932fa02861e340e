#include "faultline/page/story.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kMeta[] = R"({"type":"meta","version":1,"metadata":{}})";
constexpr char kWrite[] =
    R"({"type":"invoke","id":0,"process":0,"op":"write","key":"k","value":"1","time":10}
{"type":"ok","id":0,"process":0,"time":20})";
constexpr char kStaleRead[] =
    R"({"type":"invoke","id":1,"process":1,"op":"read","key":"k","time":30}
{"type":"ok","id":1,"process":1,"time":40})";

class StoryTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    WriteFileAtomically(place_.path() / name, text);
  }
  Story Read() { return ReadStory(place_.path()); }

  const ScratchDirectory place_;
};

TEST_F(StoryTest, AnEmptyDirectoryTellsNothingAndIsNoProblem) {
  const Story story = Read();
  EXPECT_EQ(story.evidence.history, nullptr);
  EXPECT_THAT(story.problems, IsEmpty());
}

TEST_F(StoryTest, OneDamagedFileDoesNotHideTheOthers) {
  Write("history.jsonl", std::string(kMeta) + "\n" + kWrite + "\n");
  Write("result.json", "{\"test\": \"T040.S2.X\"");
  Write("promises.json", "[]");
  Write("trace.jsonl", "{\"time\":\"soon\"}\n");
  Write("node1-journal.log", "\xff\x1b[31m<b>\n");
  const Story story = Read();
  ASSERT_NE(story.evidence.history, nullptr);
  EXPECT_THAT(story.evidence.history->operations, SizeIs(1));
  EXPECT_THAT(story.journals, SizeIs(1));
  EXPECT_THAT(story.problems,
              ElementsAre(HasSubstr("result.json"), HasSubstr("promises.json"),
                          HasSubstr("trace.jsonl:1")));
}

TEST_F(StoryTest, OfADamagedHistoryWhatStandsBeforeIsShown) {
  Write("history.jsonl",
        std::string(kMeta) + "\n" + kWrite + "\n{\"type\":\"sonnet\"}\n");
  const Story story = Read();
  ASSERT_NE(story.evidence.history, nullptr);
  EXPECT_THAT(story.evidence.history->operations, SizeIs(1));
  EXPECT_THAT(story.problems,
              ElementsAre(HasSubstr("history.jsonl:4"), HasSubstr("line 3")));
}

TEST_F(StoryTest, AHistoryOfANewerVersionIsNamed) {
  Write("history.jsonl", R"({"type":"meta","version":99,"metadata":{}})"
                         "\n");
  EXPECT_THAT(Read().problems, Contains(HasSubstr("99")));
}

TEST_F(StoryTest, AViolationIsExplainedByItsCoreAndItsStates) {
  Write("history.jsonl",
        std::string(kMeta) + "\n" + kWrite + "\n" + kStaleRead + "\n");
  Write("promises.json", ToJson(Promises{.model = "map"}));
  Story story = Read();
  ExplainStory(story, {});
  ASSERT_THAT(story.contradictions, SizeIs(1));
  const Contradiction& found = story.contradictions.front();
  EXPECT_EQ(found.key, "k");
  EXPECT_THAT(found.core, ElementsAre(0U, 1U));
  EXPECT_THAT(found.states, SizeIs(found.order.size() + 1));
  EXPECT_THAT(story.verdicts, Contains(testing::Field(&Verdict::judgement,
                                                      Judgement::kViolated)));
  EXPECT_THAT(story.explanation, testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace faultline
