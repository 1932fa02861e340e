// Shared by the programs of the T040 suite: the bindings under test, then
// gtest.
#include "faultline/service/etcd.h"
#include "faultline/testing/run_tests.h"
#include "faultline/testing/store_scenario.h"

int main(int argc, char** argv) {
  faultline::AddStoreBinding({.role = "ChainFire",
                              .ports = {faultline::kEtcdClientPort},
                              .make = [](faultline::Cluster& cluster) {
                                return faultline::MakeEtcdStore(cluster);
                              }});
  faultline::RegisterStoreScenarios();
  return faultline::RunTests(argc, argv, FAULTLINE_TEST_PREFIX,
                             FAULTLINE_BUILD_DIRECTORY);
}
