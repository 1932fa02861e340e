#include "faultline/check/directory_updates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/history/directory_operations.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Operation Asked(const std::string& function, const std::string& input,
                std::int64_t at) {
  Operation call = MakeCall(function, "ada", input);
  call.invoked_ns = at;
  call.completed_ns = at + 1;
  return call;
}

Operation Changed(const std::string& old, const std::string& fresh,
                  std::int64_t at) {
  Operation call = Asked(kChangePassword, PasswordsOfChange(old, fresh), at);
  AnswerCall(call, kAnswerGranted);
  return call;
}

Operation Reset(const std::string& fresh, std::int64_t at) {
  Operation call = Asked(kResetPassword, fresh, at);
  AnswerCall(call, kAnswerGranted);
  return call;
}

History Of(std::vector<Operation> operations) {
  History history;
  history.operations = std::move(operations);
  return history;
}

std::vector<std::string> Lost(const History& history,
                              const std::string& final_password) {
  std::vector<std::string> names;
  for (const Operation& change :
       FindLostUpdates(history, {{"ada", final_password}}))
    names.push_back(NewPasswordOf(*change.call));
  return names;
}

TEST(DirectoryUpdates, ChangesThatLeadToTheLastOneAreNotLost) {
  const History history = Of({Changed("p0", "p1", 1), Changed("p1", "p2", 3)});
  EXPECT_THAT(Lost(history, "p2"), IsEmpty());
  const Verdict verdict = CheckUpdates(history, {{"ada", "p2"}});
  EXPECT_TRUE(verdict.Holds());
  EXPECT_THAT(verdict.evidence, ElementsAre("2 acknowledged changes"));
}

TEST(DirectoryUpdates, OfTwoBranchesOneIsLostAndListed) {
  const History history = Of({Changed("p0", "a1", 1), Changed("p0", "b1", 2),
                              Changed("a1", "a2", 3), Changed("b1", "b2", 4)});
  EXPECT_THAT(Lost(history, "b2"), ElementsAre("a1", "a2"));
  const Verdict verdict = CheckUpdates(history, {{"ada", "b2"}});
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.evidence, Contains(HasSubstr("ada: change p0 a1")));
}

TEST(DirectoryUpdates, TheLastOneGoneIsLost) {
  EXPECT_THAT(Lost(Of({Changed("p0", "p1", 1), Changed("p1", "p2", 3)}), "p1"),
              ElementsAre("p2"));
  EXPECT_THAT(Lost(Of({Changed("p0", "p1", 1)}), "p0"), ElementsAre("p1"));
}

TEST(DirectoryUpdates, AResetReplacesWhatWasAskedForBeforeItsAnswer) {
  EXPECT_THAT(Lost(Of({Changed("p0", "p1", 1), Reset("p2", 3)}), "p2"),
              IsEmpty());
  EXPECT_THAT(Lost(Of({Reset("p2", 3), Changed("p2", "p3", 5)}), "p2"),
              ElementsAre("p3"));
  EXPECT_THAT(Lost(Of({Reset("p1", 1), Reset("p2", 3)}), "p1"),
              ElementsAre("p2"));
}

TEST(DirectoryUpdates, AChangeThatNobodyKnowsOfMayCountAndIsNeverLost) {
  Operation unknown = Asked(kChangePassword, PasswordsOfChange("p0", "p1"), 1);
  EXPECT_THAT(Lost(Of({unknown, Changed("p1", "p2", 3)}), "p2"), IsEmpty());
  EXPECT_THAT(Lost(Of({unknown, Changed("p0", "p2", 3)}), "p2"), IsEmpty());
}

TEST(DirectoryUpdates, NothingAcknowledgedProvesNothing) {
  EXPECT_EQ(CheckUpdates({}, {}).judgement, Judgement::kUnknown);
  const Verdict verdict = CheckUpdates(Of({Changed("p0", "p1", 1)}), {});
  EXPECT_EQ(verdict.judgement, Judgement::kUnknown);
  EXPECT_THAT(verdict.evidence,
              ElementsAre("ada: no final password was found"));
}

}  // namespace
}  // namespace faultline
