// The checker against the definition, on random histories. The environment
// variable FAULTLINE_ORACLE_HISTORIES says how many a model (docs/checking.md).
#include "support/linearizability_oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "faultline/check/decide.h"
#include "faultline/check/describe.h"
#include "faultline/check/linearizability.h"
#include "support/random_history.h"

namespace faultline {
namespace {

using testing::IsEmpty;

constexpr std::uint64_t kHistories = 4000;  // a model

std::uint64_t Histories() {
  const char* wanted = std::getenv("FAULTLINE_ORACLE_HISTORIES");
  return wanted == nullptr ? kHistories : std::strtoull(wanted, nullptr, 10);
}

std::string Text(const History& history) {
  std::string text;
  for (const Operation& operation : history.operations) {
    text += internal::Describe(operation) + " [" +
            std::to_string(operation.invoked_ns) + ", " +
            (operation.outcome == Outcome::kUnknown
                 ? "never"
                 : std::to_string(operation.completed_ns)) +
            "]\n";
  }
  return text;
}

Judgement KeysOf(const LinearizabilityVerdict& verdict) {
  return verdict.Violation() == nullptr ? Judgement::kHolds
                                        : Judgement::kViolated;
}

class Oracle : public testing::TestWithParam<std::string> {
 protected:
  struct Case {
    History history;
    CheckOptions options;
  };

  Case Draw(std::uint64_t seed) const {
    Case drawn;
    const std::size_t operations = 1 + seed % 8;
    drawn.history =
        RandomHistory(GetParam(), seed).Make(operations, seed % 2 == 0);
    drawn.options.threads = 1;
    drawn.options.explain = seed % 16 == 0;
    drawn.options.decide_every_key = true;
    if (seed % 3 == 0) drawn.options.fail = FailMeaning::kObserved;
    const bool numbers = GetParam() == "fenced-lock";
    if (seed % 5 == 0) drawn.options.initial = numbers ? "1" : "a";
    return drawn;
  }

  bool OracleHolds(const Case& drawn) const {
    return LinearizabilityOracle(GetParam(), drawn.options.fail,
                                 drawn.options.initial)
        .Holds(drawn.history);
  }

  void ExpectSameBySearch(const Case& drawn, Judgement judgement) const;
  void ExpectCoreIsMinimal(const Case& drawn, const KeyVerdict& key) const;

  const Model model_ = FindModel(GetParam());
};

void Oracle::ExpectSameBySearch(const Case& drawn, Judgement judgement) const {
  Judgement all = Judgement::kHolds;
  internal::Budget budget(std::chrono::seconds(10), 1 << 30);
  for (const internal::Part& part :
       internal::SplitIntoParts(drawn.history, model_, drawn.options.fail)) {
    const auto decision = internal::DecideBySearch(
        model_, part.operations, drawn.options.initial, budget);
    if (decision.judgement != Judgement::kHolds) all = decision.judgement;
  }
  EXPECT_EQ(all, judgement) << Text(drawn.history);
}

void Oracle::ExpectCoreIsMinimal(const Case& drawn,
                                 const KeyVerdict& key) const {
  const std::set<std::size_t> core(key.core.begin(), key.core.end());
  // Forgets all but the core, and one of the core if it is given.
  const auto holds_without = [&](std::optional<std::size_t> one) {
    Case rest = drawn;
    for (std::size_t i = 0; i < rest.history.operations.size(); ++i) {
      if (core.contains(i) && i != one) continue;
      Operation& operation = rest.history.operations[i];
      operation.outcome = operation.outcome == Outcome::kFail
                              ? Outcome::kFail
                              : Outcome::kUnknown;
      if (operation.outcome == Outcome::kFail) {
        // It shows nothing any more.
        operation.kind = OperationKind::kRead;
      }
      operation.completed_ns = std::numeric_limits<std::int64_t>::max();
    }
    return OracleHolds(rest);
  };
  EXPECT_TRUE(key.core_is_minimal);
  EXPECT_FALSE(holds_without({})) << Text(drawn.history);
  for (const std::size_t one : core) {
    EXPECT_TRUE(holds_without(one)) << one << " in\n" << Text(drawn.history);
  }
}

TEST_P(Oracle, AgreesOnRandomHistories) {
  std::uint64_t held = 0;
  const std::uint64_t histories = Histories();
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    const Case drawn = Draw(seed);
    const auto verdict =
        CheckLinearizability(drawn.history, model_, drawn.options);
    const bool holds = OracleHolds(drawn);
    held += holds ? 1 : 0;
    ASSERT_EQ(KeysOf(verdict) == Judgement::kHolds, holds)
        << "seed " << seed << "\n"
        << Text(drawn.history);
    ASSERT_THAT(
        ValidateLinearization(drawn.history, model_, drawn.options, verdict),
        IsEmpty())
        << "seed " << seed << "\n"
        << Text(drawn.history);
    if (model_.plain_register()) ExpectSameBySearch(drawn, KeysOf(verdict));
    if (drawn.options.explain && !holds) {
      ExpectCoreIsMinimal(drawn, *verdict.Violation());
      EXPECT_THAT(Explain(drawn.history, model_, drawn.options, verdict),
                  testing::HasSubstr("violated"));
    }
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  // Histories of both kinds, or the agreement says nothing.
  EXPECT_GT(held * 10, histories);
  EXPECT_LT(held * 20, histories * 19);
}

TEST_P(Oracle, SaysWhichFalsifiedAnswersAreCaught) {
  int caught = 0;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    RandomHistory random(GetParam(), seed);
    Case drawn{random.Make(8, false), {}};
    drawn.options.threads = 1;
    ASSERT_EQ(
        KeysOf(CheckLinearizability(drawn.history, model_, drawn.options)),
        Judgement::kHolds)
        << "linearizable by construction\n"
        << Text(drawn.history);
    random.FalsifyOne(drawn.history);
    const auto verdict =
        CheckLinearizability(drawn.history, model_, drawn.options);
    ASSERT_EQ(KeysOf(verdict) == Judgement::kHolds, OracleHolds(drawn))
        << Text(drawn.history);
    caught += KeysOf(verdict) == Judgement::kViolated ? 1 : 0;
  }
  EXPECT_GT(caught, 30);
}

// Without the directory: its operations are calls, which random histories have
// none of (directory_model_test.cc).
std::vector<std::string> ModelsOfRandomHistories() {
  std::vector<std::string> names = ModelNames();
  std::erase(names, "directory");
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, Oracle,
                         testing::ValuesIn(ModelsOfRandomHistories()),
                         [](const auto& model) {
                           std::string name = model.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace faultline
