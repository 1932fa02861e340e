#pragma once

#include <memory>
#include <utility>

#include "faultline/testing/store_test.h"

namespace faultline {

// The bindings that this program was linked with, in the order they were added:
// "ChainFire" first.
void AddStoreBinding(StoreBinding binding);

namespace internal {

using StoreScenarioFactory =
    std::unique_ptr<StoreTest> (*)(const StoreBinding& binding);

// Remembers a scenario; `suite` is that of the first binding, null: its role.
int AddStoreScenario(const char* suite, const char* name, const char* file,
                     int line, StoreScenarioFactory make);

}  // namespace internal

// Registers each remembered scenario with gtest, once for each binding. Call
// before RunTests.
void RegisterStoreScenarios();

}  // namespace faultline

// Defines one scenario of every replicated store:
// STORE_SCENARIO(FollowerKilledCausesNoElection) { ... }. It becomes the test
// <role>.<name>. STORE_SCENARIO_F takes a fixture derived from StoreTest, with
// its constructor. STORE_SUITE_SCENARIO names the suite of the first binding's
// test; those of the others are <role>.<name> here, too.
//
// NOLINTBEGIN(bugprone-macro-parentheses): a base class takes none.
#define FAULTLINE_STORE_SCENARIO(fixture, suite, name)         \
  namespace {                                                  \
  class name##Scenario : public fixture {                      \
   public:                                                     \
    explicit name##Scenario(::faultline::StoreBinding binding) \
        : fixture(std::move(binding)) {}                       \
                                                               \
   private:                                                    \
    void TestBody() override {                                 \
      RunScenario([this] { Scenario(); });                     \
    }                                                          \
    void Scenario();                                           \
  };                                                           \
  [[maybe_unused]] const int kRegistered##name =               \
      ::faultline::internal::AddStoreScenario(                 \
          suite, #name, __FILE__, __LINE__,                    \
          [](const ::faultline::StoreBinding& binding)         \
              -> std::unique_ptr<::faultline::StoreTest> {     \
            return std::make_unique<name##Scenario>(binding);  \
          });                                                  \
  }                                                            \
  void name##Scenario::Scenario()
// NOLINTEND(bugprone-macro-parentheses)
#define STORE_SCENARIO(name) STORE_SCENARIO_F(::faultline::StoreTest, name)
#define STORE_SCENARIO_F(fixture, name) \
  FAULTLINE_STORE_SCENARIO(fixture, nullptr, name)
#define STORE_SUITE_SCENARIO(suite, name) \
  FAULTLINE_STORE_SCENARIO(::faultline::StoreTest, #suite, name)
