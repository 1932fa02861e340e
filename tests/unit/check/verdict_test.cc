#include "faultline/evidence/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/check/durability.h"
#include "faultline/evidence/commit_log.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const Verdict kHeld{Judgement::kHolds, "a", {"3 reads"}};
const Verdict kBroken{Judgement::kViolated, "b", {"x", "y"}};
const Verdict kOpen{Judgement::kUnknown, "c", {"no read"}};

TEST(CombinedVerdict, IsTheWorstOfAll) {
  EXPECT_EQ(Combine({kHeld, kHeld}).judgement, Judgement::kHolds);
  EXPECT_EQ(Combine({kHeld, kOpen}).judgement, Judgement::kUnknown);
  EXPECT_EQ(Combine({kOpen, kBroken, kHeld}).judgement, Judgement::kViolated);
}

TEST(CombinedVerdict, LeadsEachLineByItsProperty) {
  const Verdict all = Combine({kHeld, kBroken});
  EXPECT_EQ(all.property, "a; b");
  EXPECT_THAT(all.evidence, ElementsAre("a: 3 reads", "b: x", "b: y"));
}

TEST(CombinedVerdict, OfNothingIsUnknown) {
  EXPECT_EQ(Combine({}).judgement, Judgement::kUnknown);
}

TEST(Evidence, IsBoundedToTenLinesAndACount) {
  History history;
  for (int i = 0; i < 25; ++i) {
    history.operations.push_back({.process = i,
                                  .kind = OperationKind::kWrite,
                                  .key = "k1",
                                  .value = std::to_string(i),
                                  .expected = {},
                                  .outcome = Outcome::kOk,
                                  .error = {}});
  }
  const Verdict verdict = CheckDurability(history, {{"node1", {}}});
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  ASSERT_THAT(verdict.evidence, SizeIs(11));
  EXPECT_EQ(verdict.evidence.back(), "and 15 more");
}

TEST(Durability, IsUnknownWithoutAnyLog) {
  const History history{{},
                        {{.process = 0,
                          .kind = OperationKind::kWrite,
                          .key = "k1",
                          .value = "v",
                          .expected = {},
                          .outcome = Outcome::kOk,
                          .error = {}}},
                        {}};
  EXPECT_EQ(CheckDurability(history, {}).judgement, Judgement::kUnknown);
}

}  // namespace
}  // namespace faultline
