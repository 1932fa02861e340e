#include "faultline/page/timeline.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/page/templates.h"
#include "support/throws.h"

namespace faultline {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Operation Write(int process, const std::string& value, std::int64_t from,
                std::int64_t to, Outcome outcome = Outcome::kOk) {
  Operation operation;
  operation.process = process;
  operation.kind = OperationKind::kWrite;
  operation.key = "k";
  operation.value = value;
  operation.invoked_ns = from;
  operation.completed_ns = to;
  operation.outcome = outcome;
  return operation;
}

Story StoryOf(std::vector<Operation> operations) {
  auto history = std::make_shared<History>();
  history->operations = std::move(operations);
  Story story{.title = "a test"};
  story.evidence.history = history;
  return story;
}

TEST(TimelineData, KeepsAColumnAPropertyInMicroseconds) {
  const Json data = Json::parse(
      TimelineData(StoryOf({Write(0, "a", 1'000'000, 1'500'000),
                            Write(1, "b", 1'200'000, 0, Outcome::kUnknown)})));
  const Json& columns = data.at("operations");
  EXPECT_EQ(columns.at("invoked"), Json({1000, 200}));
  EXPECT_EQ(columns.at("length"), Json({500, -1}));
  EXPECT_EQ(columns.at("outcome"), "ou");
  const Json& texts = columns.at("texts");
  EXPECT_EQ(texts.at(columns.at("input").at(1).get<std::size_t>()), "b");
  EXPECT_EQ(columns.at("key").at(0), columns.at("key").at(1));
}

TEST(TimelineData, IsSmall) {
  std::vector<Operation> operations;
  constexpr int kMany = 20'000;
  for (int i = 0; i < kMany; ++i)
    operations.push_back(Write(i % 5, "c0-" + std::to_string(i), i * 400'000L,
                               i * 400'000L + 3'000'000));
  // 100,000 must fit into 8 MiB.
  EXPECT_LT(TimelineData(StoryOf(operations)).size(), 80U * kMany);
}

TEST(TimelineData, TellsTheFourMomentsOfAFault) {
  auto history = std::make_shared<History>();
  history->faults = {{.name = "power-cut",
                      .target = "node2",
                      .begin_ns = 1000,
                      .effect_ns = 2000,
                      .recovered_ns = {}}};
  history->faults.front().end_ns = std::numeric_limits<std::int64_t>::max();
  Story story;
  story.evidence.history = history;
  const Json fault = Json::parse(TimelineData(story)).at("faults").at(0);
  EXPECT_EQ(fault.at("asked"), 1);
  EXPECT_EQ(fault.at("effect"), 2);
  EXPECT_TRUE(fault.at("healed").is_null());
  EXPECT_TRUE(fault.at("back").is_null());
}

TEST(FillTemplate, WhatAGuestSaidNeverBecomesMarkup) {
  Story story = StoryOf({Write(0, "</script><script>alert(1)</script>", 0, 1),
                         Write(0, "\xff\x1b[31m", 2, 3)});
  story.journals = {
      {.node = "node1", .lines = {{.at_ns = {}, .text = "<!--<script>\xfe"}}}};
  const std::string page = internal::FillTemplate(
      "<script>@FAULTLINE_DATA@</script>", TimelineData(story));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<!--")));
  EXPECT_THAT(page, Not(HasSubstr("\xff")));
  EXPECT_EQ(page.find("</script>"), page.size() - 9);
}

TEST(FillTemplate, ABuildWithoutPagesSaysSo) {
  EXPECT_THAT(ErrorOf([] { internal::FillTemplate("", "{}"); }),
              HasSubstr("no pages"));
}

TEST(TimelinePage, TakesNothingFromElsewhere) {
  if (!PagesAreBuilt()) GTEST_SKIP() << "this build has no pages";
  const std::string page = TimelinePage(StoryOf({Write(0, "a", 1, 2)}));
  for (const char* from : {"src=\"http", "href=\"http", "@import", "url(http"})
    EXPECT_THAT(page, Not(HasSubstr(from)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

}  // namespace
}  // namespace faultline
