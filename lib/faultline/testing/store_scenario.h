#pragma once

#include "faultline/testing/store_test.h"

namespace faultline {

// The bindings that this program was linked with, in the order they were added:
// "ChainFire" first.
void AddStoreBinding(StoreBinding binding);

namespace internal {

using StoreScenarioFactory = StoreTest* (*)(const StoreBinding& binding);

// Remembers a scenario; `suite` null: the suite is the binding's role.
int AddStoreScenario(const char* suite, const char* name, const char* file,
                     int line, StoreScenarioFactory make);

}  // namespace internal

// Registers each remembered scenario with gtest, once for each binding. Call
// before RunTests.
void RegisterStoreScenarios();

}  // namespace faultline

// Defines one scenario of every replicated store:
// STORE_SCENARIO(FollowerKilledCausesNoElection) { ... }. It becomes the test
// <role>.<name>. STORE_SUITE_SCENARIO names the suite itself and runs for the
// first binding only.
#define FAULTLINE_STORE_SCENARIO(suite, name)            \
  namespace {                                            \
  class name##Scenario : public ::faultline::StoreTest { \
   public:                                               \
    using StoreTest::StoreTest;                          \
                                                         \
   private:                                              \
    void TestBody() override;                            \
  };                                                     \
  [[maybe_unused]] const int kRegistered##name =         \
      ::faultline::internal::AddStoreScenario(           \
          suite, #name, __FILE__, __LINE__,              \
          [](const ::faultline::StoreBinding& binding)   \
              -> ::faultline::StoreTest* {               \
            return new name##Scenario(binding);          \
          });                                            \
  }                                                      \
  void name##Scenario::TestBody()
#define STORE_SCENARIO(name) FAULTLINE_STORE_SCENARIO(nullptr, name)
#define STORE_SUITE_SCENARIO(suite, name) FAULTLINE_STORE_SCENARIO(#suite, name)
