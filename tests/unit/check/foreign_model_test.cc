// A model of an object that no file of the library knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/check/judge_run.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::ThrowsMessage;

// A door: "open" and "close" answer what it was before.
struct DoorModel {
  using State = bool;
  static constexpr const char* kName = "door";
  static bool Knows(OperationKind kind) { return kind == OperationKind::kCall; }
  static const char* Misfit(const Operation& operation) {
    const std::string& function = operation.call->function;
    return function == "open" || function == "close"
               ? nullptr
               : "a door only opens and closes";
  }
  State Initial(const std::optional<std::string>&) const { return false; }
  std::optional<State> Step(const State& open, const Operation& asked) const {
    const bool opens = asked.call->function == "open";
    const std::string before = open ? "open" : "closed";
    if (asked.outcome == Outcome::kOk && asked.call->output != before)
      return std::nullopt;
    return opens;
  }
  std::string Text(const State& open) const { return open ? "open" : "closed"; }
};

Operation Done(const std::string& function, const std::string& output,
               std::int64_t at_ns) {
  Operation call = MakeCall(function, "front door");
  call.invoked_ns = at_ns;
  call.completed_ns = at_ns + 1;
  AnswerCall(call, output);
  return call;
}

Verdict Judge(std::vector<Operation> operations) {
  History history;
  history.operations = std::move(operations);
  return JudgeLinearizability(history, Model::Of<DoorModel>());
}

TEST(ForeignModel, JudgesItsOwnOperations) {
  EXPECT_TRUE(
      Judge({Done("open", "closed", 1), Done("close", "open", 3)}).Holds());
  const Verdict wrong =
      Judge({Done("open", "closed", 1), Done("open", "closed", 3)});
  EXPECT_EQ(wrong.judgement, Judgement::kViolated);
  EXPECT_THAT(wrong.evidence, Contains(HasSubstr("front door")));
}

TEST(ForeignModel, TakesAnUnknownCallThatExplainsTheAnswers) {
  Operation open = MakeCall("open", "front door");
  open.invoked_ns = 1;
  open.completed_ns = std::numeric_limits<std::int64_t>::max();
  Operation close = Done("close", "open", 5);
  close.process = 1;
  EXPECT_TRUE(Judge({open, close}).Holds());
}

TEST(ForeignModel, RefusesFunctionsThatItDoesNotKnow) {
  EXPECT_THAT(
      [] { Judge({Done("paint", "red", 1)}); },
      ThrowsMessage<UsageError>(HasSubstr("a door only opens and closes")));
}

TEST(ForeignModel, IsFoundByNameOnceItWasAdded) {
  EXPECT_THROW(FindModel("door"), UsageError);
  AddModel(Model::Of<DoorModel>());
  EXPECT_EQ(FindModel("door").name(), "door");
  EXPECT_THROW(AddModel(Model::Of<DoorModel>()), UsageError);
}

TEST(ForeignModel, BuiltInModelsDoNotKnowCalls) {
  History history;
  history.operations = {Done("open", "closed", 1)};
  EXPECT_THAT([&] { JudgeLinearizability(history, FindModel("map")); },
              ThrowsMessage<UsageError>(
                  HasSubstr("the model map does not know \"open\"")));
}

}  // namespace
}  // namespace faultline
