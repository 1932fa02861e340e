#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

class LinkFaults : public FaultTest {
 protected:
  int CarrierChanges() {
    return std::stoi(Run(node(1), "cat /sys/class/net/data/carrier_changes"));
  }
};

TEST_F(LinkFaults, LinkThatIsDownHasNoCarrierAndCarriesNothing) {
  BootNodes(2);
  ASSERT_TRUE(Reaches(node(2), node(1)));
  ActiveFault down = Inject("link-down", {&node(1)});
  EXPECT_FALSE(Reaches(node(2), node(1)));
  EXPECT_EQ(Run(node(1), "cat /sys/class/net/data/carrier"), "0\n");

  down.Heal(Within(5s));
  down.WaitForRecovery(Within(20s));
  EXPECT_TRUE(Reaches(node(2), node(1)));
}

TEST_F(LinkFaults, FlappingLinkComesAndGoesUntilHealed) {
  BootNodes(2);
  ActiveFault flapping = Inject("flapping", {&node(1)}, {{"period", "400ms"}});
  const int before = CarrierChanges();
  Eventually(Within(20s), "eight more changes of the carrier",
             [&] { return CarrierChanges() >= before + 8; });

  flapping.Heal(Within(5s));
  flapping.WaitForRecovery(Within(20s));
  const int after = CarrierChanges();
  EXPECT_TRUE(Reaches(node(2), node(1)));
  EXPECT_TRUE(Reaches(node(1), node(2)));
  EXPECT_EQ(CarrierChanges(), after);
}

TEST_F(LinkFaults, HealingWhenTheMachineIsOffIsNoError) {
  BootNodes(1);
  ActiveFault flapping = Inject("flapping", {&node(1)});
  node(1).PowerCut();
  EXPECT_NO_THROW(flapping.Heal(Within(10s)));
}

}  // namespace
}  // namespace faultline
