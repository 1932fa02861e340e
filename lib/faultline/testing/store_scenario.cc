#include "faultline/testing/store_scenario.h"

#include <gtest/gtest.h>

namespace faultline {
namespace {

struct Scenario {
  const char* suite;
  const char* name;
  const char* file;
  int line;
  internal::StoreScenarioFactory make;
};

std::vector<Scenario>& Scenarios() {
  static std::vector<Scenario> scenarios;
  return scenarios;
}

std::vector<StoreBinding>& Bindings() {
  static std::vector<StoreBinding> bindings;
  return bindings;
}

void Register(const Scenario& scenario, const StoreBinding& binding) {
  const bool named =
      scenario.suite != nullptr && binding.role == Bindings().front().role;
  testing::RegisterTest(named ? scenario.suite : binding.role.c_str(),
                        scenario.name, nullptr, nullptr, scenario.file,
                        scenario.line, [scenario, binding]() -> StoreTest* {
                          return scenario.make(binding).release();
                        });
}

}  // namespace

void AddStoreBinding(StoreBinding binding) {
  Bindings().push_back(std::move(binding));
}

int internal::AddStoreScenario(const char* suite, const char* name,
                               const char* file, int line,
                               StoreScenarioFactory make) {
  Scenarios().push_back({suite, name, file, line, make});
  return 0;
}

void RegisterStoreScenarios() {
  for (const StoreBinding& binding : Bindings()) {
    for (const Scenario& scenario : Scenarios()) Register(scenario, binding);
  }
}

}  // namespace faultline
