#include "faultline/check/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/check/linearizability.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::ThrowsMessage;

// A model of a user: counts how often it was added to.
struct CounterModel {
  using State = std::int64_t;
  static constexpr const char* kName = "counter";
  static bool Knows(OperationKind kind) {
    return kind == OperationKind::kAdd || kind == OperationKind::kRead;
  }
  State Initial(const std::optional<std::string>&) const { return 0; }
  std::optional<State> Step(State count, const Operation& operation) const {
    if (operation.kind == OperationKind::kAdd) return count + 1;
    if (operation.value != std::to_string(count)) return std::nullopt;
    return count;
  }
  std::string Text(State count) const { return std::to_string(count); }
};

Operation Done(OperationKind kind, std::optional<std::string> value,
               std::int64_t at) {
  Operation operation;
  operation.kind = kind;
  operation.key = "k";
  operation.value = std::move(value);
  operation.invoked_ns = at;
  operation.completed_ns = at;
  operation.outcome = Outcome::kOk;
  return operation;
}

Judgement JudgeInOrder(const Model& model, std::vector<Operation> operations) {
  std::int64_t now = 0;
  for (Operation& operation : operations) {
    operation.invoked_ns = operation.completed_ns = ++now;
  }
  History history;
  history.operations = std::move(operations);
  return CheckLinearizability(history, model).judgement;
}

TEST(Models, OfAUserNeedsOneHeader) {
  using enum OperationKind;
  const Model counter = Model::Of<CounterModel>();
  EXPECT_EQ(JudgeInOrder(counter, {Done(kAdd, "x", 1), Done(kRead, "1", 2)}),
            Judgement::kHolds);
  EXPECT_EQ(JudgeInOrder(counter, {Done(kAdd, "x", 1), Done(kRead, "2", 2)}),
            Judgement::kViolated);
}

TEST(Models, AreFoundByName) {
  EXPECT_THAT(ModelNames(),
              IsSupersetOf({"register", "cas-register", "multi-register", "map",
                            "set", "lock", "fenced-lock", "queue"}));
  for (const std::string& name : ModelNames()) {
    EXPECT_EQ(FindModel(name).name(), name);
  }
  EXPECT_THAT([] { FindModel("stack"); },
              ThrowsMessage<UsageError>(
                  HasSubstr("unknown model \"stack\" (register, cas-")));
}

TEST(Models, MapAppendsToAnAbsentKey) {
  using enum OperationKind;
  EXPECT_EQ(JudgeInOrder(FindModel("map"),
                         {Done(kAppend, "a", 1), Done(kAppend, "b", 2),
                          Done(kRead, "ab", 3), Done(kDelete, {}, 4),
                          Done(kRead, {}, 5)}),
            Judgement::kHolds);
  EXPECT_EQ(JudgeInOrder(FindModel("map"),
                         {Done(kAppend, "a", 1), Done(kAppend, "b", 2),
                          Done(kRead, "ba", 3)}),
            Judgement::kViolated);
}

TEST(Models, FencingTokensOnlyGrow) {
  using enum OperationKind;
  const auto judge = [](const char* second) {
    return JudgeInOrder(FindModel("fenced-lock"),
                        {Done(kAcquire, "3", 1), Done(kRelease, {}, 2),
                         Done(kAcquire, second, 3)});
  };
  EXPECT_EQ(judge("7"), Judgement::kHolds);
  EXPECT_EQ(judge("3"), Judgement::kViolated);
  EXPECT_THAT([&] { judge("seven"); },
              ThrowsMessage<UsageError>(
                  HasSubstr("a fencing token is a decimal number")));
}

TEST(Models, LockIsReleasedByItsHolderOnly) {
  using enum OperationKind;
  Operation foreign = Done(kRelease, {}, 2);
  foreign.process = 1;
  EXPECT_EQ(JudgeInOrder(FindModel("lock"), {Done(kAcquire, {}, 1), foreign}),
            Judgement::kViolated);
}

TEST(Models, TransactionSeesAllOfAnotherOrNothing) {
  Operation write = Done(OperationKind::kTransaction, {}, 1);
  write.accesses = {{true, "x", "1"}, {true, "y", "1"}};
  Operation read = write;
  read.accesses = {{false, "x", "1"}, {false, "y", std::nullopt}};
  const Model model = FindModel("multi-register");
  EXPECT_EQ(JudgeInOrder(model, {write, read}), Judgement::kViolated);
  read.accesses[1].value = "1";
  EXPECT_EQ(JudgeInOrder(model, {write, read}), Judgement::kHolds);
}

}  // namespace
}  // namespace faultline
