#include "faultline/check/linearizability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <mutex>
#include <thread>

#include "faultline/base/error.h"
#include "faultline/check/decide.h"
#include "support/simulated_clients.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::ThrowsMessage;

Operation Done(int process, OperationKind kind,
               std::optional<std::string> value, std::int64_t invoked,
               std::int64_t completed) {
  Operation operation;
  operation.process = process;
  operation.kind = kind;
  operation.key = "k1";
  operation.value = std::move(value);
  operation.invoked_ns = invoked * 1'000'000;
  operation.completed_ns = completed * 1'000'000;
  operation.outcome = Outcome::kOk;
  return operation;
}

History StaleRead() {
  using enum OperationKind;
  History history;
  history.operations = {
      Done(0, kWrite, "1", 100, 200), Done(3, kRead, "1", 150, 250),
      Done(1, kWrite, "2", 300, 400), Done(2, kRead, "1", 500, 600),
      Done(3, kRead, "2", 550, 700)};
  return history;
}

void FalsifyRead(History& history, std::uint64_t seed) {
  std::vector<Operation*> reads;
  for (Operation& operation : history.operations) {
    if (operation.kind == OperationKind::kRead &&
        operation.outcome == Outcome::kOk) {
      reads.push_back(&operation);
    }
  }
  reads[seed % reads.size()]->value = reads[seed / 7 % reads.size()]->value;
}

TEST(Linearizability, StaleReadIsExplainedByTheTwoThatContradict) {
  const History history = StaleRead();
  const Model model = FindModel("register");
  const auto verdict = CheckLinearizability(history, model);
  ASSERT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.keys[0].core, ElementsAre(0, 2, 3));
  EXPECT_TRUE(verdict.keys[0].core_is_minimal);
  EXPECT_EQ(verdict.keys[0].blocked, 3);
  EXPECT_THAT(verdict.keys[0].order, ElementsAre(0, 1, 2));
  const std::string text = Explain(history, model, {}, verdict);
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 24) << text;
  EXPECT_THAT(text, HasSubstr("process 2 read key=k1 value=1"));
  EXPECT_THAT(text, HasSubstr("contradicts"));
  EXPECT_THAT(text, HasSubstr("process 1 wrote key=k1 value=2"));
}

TEST(Linearizability, SearchExplainsAStaleReadToo) {
  History history = StaleRead();
  Operation again = Done(4, OperationKind::kWrite, "2", 800, 900);
  history.operations.push_back(again);
  const auto verdict = CheckLinearizability(history, "cas-register");
  EXPECT_EQ(verdict.keys[0].method, Method::kSearch);
  EXPECT_THAT(verdict.keys[0].core, ElementsAre(0, 2, 3));
  EXPECT_EQ(verdict.keys[0].blocked, 3);
}

TEST(Linearizability, EqualTimesAreConcurrent) {
  History history = StaleRead();
  history.operations[3].invoked_ns = history.operations[2].completed_ns;
  EXPECT_EQ(CheckLinearizability(history, "register").judgement,
            Judgement::kHolds);
}

TEST(Linearizability, FailureIsAnObservationIfItIsSaidToBe) {
  using enum OperationKind;
  History history;
  history.operations = {Done(0, kWrite, "1", 1, 2),
                        Done(1, kCompareAndSet, "2", 3, 4)};
  history.operations[1].expected = "1";
  history.operations[1].outcome = Outcome::kFail;
  CheckOptions options;
  EXPECT_EQ(CheckLinearizability(history, "cas-register", options).judgement,
            Judgement::kHolds);
  options.fail = FailMeaning::kObserved;
  EXPECT_EQ(CheckLinearizability(history, "cas-register", options).judgement,
            Judgement::kViolated);
}

TEST(Linearizability, IsUnknownWithoutAnAcknowledgedOperation) {
  History history = StaleRead();
  for (Operation& operation : history.operations) {
    operation.outcome = Outcome::kUnknown;
  }
  const auto verdict = CheckLinearizability(history, "register");
  EXPECT_EQ(verdict.judgement, Judgement::kUnknown);
  EXPECT_EQ(verdict.reason, "no operation was acknowledged");
  EXPECT_EQ(CheckLinearizability({}, "set").judgement, Judgement::kUnknown);
}

// Every operation at once, and no read fits: all orders have to be tried.
History HardSet() {
  History history;
  for (int i = 0; i < 40; ++i) {
    history.operations.push_back(
        Done(i, OperationKind::kAdd, std::to_string(i), 0, 10));
  }
  history.operations.push_back(Done(40, OperationKind::kRead, {}, 20, 30));
  return history;
}

TEST(Linearizability, IsUnknownWhenTheTimeIsUsedUp) {
  CheckOptions options;
  options.time = std::chrono::milliseconds(50);
  const auto verdict = CheckLinearizability(HardSet(), "set", options);
  EXPECT_EQ(verdict.judgement, Judgement::kUnknown);
  EXPECT_EQ(verdict.reason, "key k1: the time budget of 50 ms is used up");
}

TEST(Linearizability, IsUnknownWhenTheMemoryIsUsedUp) {
  CheckOptions options;
  options.memory_bytes = 4 << 20;
  const auto verdict = CheckLinearizability(HardSet(), "set", options);
  EXPECT_EQ(verdict.judgement, Judgement::kUnknown);
  EXPECT_EQ(verdict.reason, "key k1: the memory budget of 4 MiB is used up");
  EXPECT_THAT(Explain(HardSet(), FindModel("set"), options, verdict),
              HasSubstr("unknown: key k1: the memory budget"));
}

TEST(Linearizability, StopsAtTheFirstViolationUnlessEveryKeyIsWanted) {
  History history = HardSet();
  for (Operation& operation : history.operations) operation.key = "hard";
  history.operations.push_back(
      Done(50, OperationKind::kRead, std::nullopt, 0, 1));
  history.operations.back().key = "a";
  history.operations.back().elements = {"ghost"};
  CheckOptions options;
  options.threads = 1;
  auto verdict = CheckLinearizability(history, "set", options);
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.keys[1].reason, HasSubstr("another key"));
  options.decide_every_key = true;
  options.time = std::chrono::milliseconds(50);
  verdict = CheckLinearizability(history, "set", options);
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(verdict.keys[1].reason, HasSubstr("time budget"));
}

TEST(Linearizability, RefusesWhatItCannotJudge) {
  History history = StaleRead();
  EXPECT_THAT([&] { CheckLinearizability(history, "queue"); },
              ThrowsMessage<UsageError>(HasSubstr(
                  "the model queue does not know \"write\": process 0")));
  history.operations[1].completed_ns = 1;
  EXPECT_THAT([&] { CheckLinearizability(history, "register"); },
              ThrowsMessage<UsageError>(
                  HasSubstr("operation 1 completed before it was invoked")));
}

TEST(Linearizability, ValidatorComplainsOfAWrongOrder) {
  History history = StaleRead();
  history.operations.erase(history.operations.begin() + 3);
  const Model model = FindModel("register");
  const auto verdict = CheckLinearizability(history, model);
  const auto complaints = [&](std::vector<std::size_t> order) {
    auto wrong = verdict;
    wrong.keys[0].order = std::move(order);
    return ValidateLinearization(history, model, {}, wrong);
  };
  EXPECT_THAT(complaints(verdict.keys[0].order), IsEmpty());
  EXPECT_THAT(complaints({0, 1, 2}), ElementsAre(HasSubstr("not placed")));
  EXPECT_THAT(complaints({0, 2, 1, 3}),
              testing::Contains(HasSubstr("after one invoked later")));
  EXPECT_THAT(complaints({1, 0, 2, 3}), Not(IsEmpty()));
  EXPECT_THAT(complaints({0, 1, 2, 3, 3}),
              ElementsAre(HasSubstr("placed twice")));
}

TEST(Linearizability, HoldsForSimulatedClientsOfARightObject) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SimulatedTraffic traffic{.operations = 600, .clients = 20, .keys = 3};
    traffic.values = seed % 3 == 0 ? 5 : 0;
    traffic.append = seed % 2 == 0 ? 0.2 : 0;
    traffic.write = 0.3;
    traffic.compare_and_set = seed % 5 == 0 ? 0.2 : 0;
    traffic.never_return = 0.05;
    const History history = SimulatedClients(traffic, seed).Run();
    const Model model = FindModel("map");
    const auto verdict = CheckLinearizability(history, model);
    ASSERT_EQ(verdict.judgement, Judgement::kHolds) << seed;
    EXPECT_THAT(ValidateLinearization(history, model, {}, verdict), IsEmpty());
  }
}

TEST(Linearizability, BothMethodsAgreeOnUniqueValues) {
  int violated = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const SimulatedTraffic traffic{
        .operations = 150, .clients = 6, .never_return = 0.1};
    History history = SimulatedClients(traffic, seed).Run();
    if (seed % 2 == 1) FalsifyRead(history, seed * 31);
    const Model model = FindModel("register");
    const auto parts =
        internal::SplitIntoParts(history, model, FailMeaning::kAbsent);
    internal::Budget budget(std::chrono::seconds(20), 1 << 30);
    const auto by_values =
        internal::Decide(model, parts[0].operations, {}, budget);
    const auto by_search =
        internal::DecideBySearch(model, parts[0].operations, {}, budget);
    ASSERT_EQ(by_values.method, Method::kUniqueValues);
    ASSERT_EQ(by_values.judgement, by_search.judgement) << seed;
    violated += by_values.judgement == Judgement::kViolated ? 1 : 0;
  }
  EXPECT_GT(violated, 20);
}

// A real object under a lock, called by real threads.
TEST(Linearizability, HoldsForThreadsOfAMap) {
  std::map<std::string, std::optional<std::string>> object;
  std::mutex mutex;
  std::vector<std::vector<Operation>> seen(4);
  const auto now = [] {
    return std::chrono::steady_clock::now().time_since_epoch().count();
  };
  const auto run = [&](int process) {
    std::mt19937_64 random(static_cast<std::uint64_t>(process));
    for (int i = 0; i < 500; ++i) {
      Operation operation = Done(process, OperationKind::kRead, {}, 0, 0);
      operation.key = "k" + std::to_string(random() % 2);
      if (random() % 2 == 0) operation.kind = OperationKind::kAppend;
      operation.invoked_ns = now();
      {
        const std::lock_guard lock(mutex);
        auto& value = object[operation.key];
        if (operation.kind == OperationKind::kRead) {
          operation.value = value;
        } else {
          operation.value = std::to_string(process);
          value = value.value_or("") + *operation.value;
        }
      }
      operation.completed_ns = now();
      seen[static_cast<std::size_t>(process)].push_back(operation);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int process = 0; process < 4; ++process) {
      threads.emplace_back(run, process);
    }
  }
  History history;
  for (const auto& operations : seen) {
    history.operations.insert(history.operations.end(), operations.begin(),
                              operations.end());
  }
  EXPECT_EQ(CheckLinearizability(history, "map").judgement, Judgement::kHolds);
}

}  // namespace
}  // namespace faultline
