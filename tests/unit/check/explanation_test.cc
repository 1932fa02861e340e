// What a verdict says to people: times, places, keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "faultline/base/error.h"
#include "faultline/check/describe.h"
#include "faultline/check/linearizability.h"
#include "support/simulated_clients.h"

namespace faultline {
namespace {

using internal::TimeText;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

std::string ExplainOf(const std::string& text, const CheckOptions& options = {},
                      const char* model = "register") {
  const History history = ParseHistory(text, "dir/h.edn");
  const Model promised = FindModel(model);
  const auto verdict = CheckLinearizability(history, promised, options);
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  return Explain(history, promised, options, verdict);
}

TEST(Times, AreGivenInTheUnitThatFits) {
  EXPECT_EQ(TimeText(0), "0 s");
  EXPECT_EQ(TimeText(999), "999 ns");
  EXPECT_EQ(TimeText(1'500), "1.5 us");
  EXPECT_EQ(TimeText(20'000), "20 us");
  EXPECT_EQ(TimeText(600'000'000), "600 ms");
  EXPECT_EQ(TimeText(3'141'592), "3.142 ms");
  EXPECT_EQ(TimeText(1'200'000'000), "1.200 s");
  EXPECT_EQ(TimeText(12'345'678'901), "12.345679 s");
  EXPECT_EQ(TimeText(-1'500), "-1.5 us");
}

TEST(Explanation, SaysWhenAndInWhichLine) {
  const std::string text = ExplainOf(
      "{:process 0 :type :invoke :f :write :value 1 :time 1000}\n"
      "{:process 0 :type :ok :f :write :value 1 :time 2000}\n"
      "{:process 1 :type :invoke :f :read :time 3000}\n"
      "{:process 1 :type :ok :f :read :value 2 :time 4500}\n");
  EXPECT_THAT(text, HasSubstr("process 1 read value=2 acknowledged at 4.5 us "
                              "[h.edn:3,4] (invoked at 3 us)"));
  EXPECT_THAT(text, HasSubstr("read 2 [h.edn:3,4]"));
  EXPECT_THAT(text, Not(HasSubstr("key")));
}

TEST(Explanation, SaysTheLineOnlyWhereThereAreNoTimes) {
  const std::string text = ExplainOf(
      "0 :invoke :write 1\n0 :ok :write 1\n"
      "1 :invoke :read nil\n1 :ok :read 2\n");
  EXPECT_THAT(text, HasSubstr("acknowledged at line 4 [h.edn:3,4] (invoked at "
                              "line 3)"));
  EXPECT_THAT(text, Not(HasSubstr(" ns")));
}

TEST(Explanation, NamesEveryViolatedKeyAndExplainsEach) {
  CheckOptions options;
  options.decide_every_key = true;
  const std::string text = ExplainOf(
      "0 :invoke :read [:a nil]\n0 :ok :read [:a 5]\n"
      "0 :invoke :read [:b nil]\n0 :ok :read [:b 6]\n"
      "0 :invoke :read [:c nil]\n0 :ok :read [:c nil]\n",
      options);
  EXPECT_THAT(text,
              AllOf(HasSubstr("violated: 2 keys are not linearizable as "
                              "a register: :a, :b\n"),
                    HasSubstr("key=:a value=5"), HasSubstr("key=:b value=6")));
}

TEST(Explanation, OfOneObjectNamesNoKey) {
  EXPECT_THAT(ExplainOf("0 :invoke :read nil\n0 :ok :read 2\n"),
              HasSubstr("violated: the history is not linearizable"));
}

TEST(Explanation, MayComeAfterTheVerdictAndIsTheSame) {
  const History history = ParseHistory(
      "0 :invoke :write 1\n0 :ok :write 1\n1 :invoke :read nil\n"
      "1 :ok :read 2\n2 :invoke :read nil\n2 :ok :read 1\n",
      "h");
  for (const char* model : {"register", "map"}) {
    const Model promised = FindModel(model);
    const auto at_once = CheckLinearizability(history, promised);
    CheckOptions options;
    options.explain = false;
    auto later = CheckLinearizability(history, promised, options);
    EXPECT_TRUE(later.keys[0].core.empty());
    ExplainViolations(history, promised, options, later);
    EXPECT_EQ(later.keys[0].core, at_once.keys[0].core);
    EXPECT_EQ(later.keys[0].blocked, at_once.keys[0].blocked);
    EXPECT_TRUE(later.keys[0].core_is_minimal);
    EXPECT_THROW(ExplainViolations({}, promised, options, later),
                 std::logic_error);
  }
}

// Found violated at once, its smallest part only by many searches.
TEST(Explanation, HasATimeOfItsOwn) {
  SimulatedTraffic traffic;
  traffic.operations = 1500;
  traffic.clients = 8;
  traffic.values = 4;
  traffic.write = 0.3;
  traffic.compare_and_set = 0.3;
  History history = SimulatedClients(traffic, 1).Run();
  Operation last;
  last.kind = OperationKind::kRead;
  last.process = 1'000'000;
  last.key = history.operations.front().key;
  last.value = "never written";
  last.invoked_ns = history.operations.back().invoked_ns + 1;
  last.completed_ns = last.invoked_ns + 1;
  last.outcome = Outcome::kOk;
  history.operations.push_back(last);
  CheckOptions options;
  options.explain_time = std::chrono::milliseconds(1);
  const auto verdict = CheckLinearizability(history, "cas-register", options);
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_LT(verdict.explained_in, std::chrono::seconds(10));
}

TEST(SetRead, ThatShowsOneValueIsRefused) {
  const History history = ParseHistory(
      "0 :invoke :add 2\n0 :ok :add 2\n1 :invoke :read nil\n1 :ok :read 2\n",
      "h");
  EXPECT_THAT([&] { CheckLinearizability(history, "set"); },
              ThrowsMessage<UsageError>(HasSubstr(
                  "h:3: a read of a set shows a collection, not one value")));
}

}  // namespace
}  // namespace faultline
