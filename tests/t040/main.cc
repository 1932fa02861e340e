// Shared by the programs of the T040 suite: the bindings under test, then
// gtest.
#include "faultline/service/registry/store_bindings.h"
#include "faultline/testing/run_tests.h"
#include "faultline/testing/store_scenario.h"

int main(int argc, char** argv) {
  for (const faultline::StoreBinding& binding : faultline::StoreBindings())
    faultline::AddStoreBinding(binding);
  faultline::RegisterStoreScenarios();
  return faultline::RunTests(argc, argv, FAULTLINE_TEST_PREFIX,
                             FAULTLINE_BUILD_DIRECTORY);
}
