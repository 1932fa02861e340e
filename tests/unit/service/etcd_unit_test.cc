#include "faultline/service/etcd_unit.h"

#include <gtest/gtest.h>

#include <memory>

#include "faultline/base/error.h"
#include "support/fake_remote.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;

TEST(EtcdUnit, OfAMachineThatIsOffIsAnErrorOfTheNode) {
  Warden warden;
  MachineOptions options;
  options.name = "node1";
  Node off({.name = "node1", .index = 1, .data_address = "192.0.2.1"},
           std::make_unique<Machine>(warden, options),
           std::make_unique<FakeRemote>());
  EXPECT_THROW(ConfigureEtcdUnit(off, "{}", Within(5s)), CommandError);
  EXPECT_THROW(ConfigureEtcdUnitBehindGate(off, "{}", Within(5s)),
               CommandError);
  EXPECT_THROW(OpenGateOfEtcdUnit(off, 5s, Within(5s)), CommandError);
  EXPECT_THROW(StartNewEtcdUnit(off, Within(5s)), CommandError);
}

}  // namespace
}  // namespace faultline
