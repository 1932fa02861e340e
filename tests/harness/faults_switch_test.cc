#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

class SwitchFaults : public FaultTest {
 protected:
  void ExpectJoined(int a, int b) {
    EXPECT_TRUE(Reaches(node(a), node(b))) << a << " to " << b;
    EXPECT_TRUE(Reaches(node(b), node(a))) << b << " to " << a;
  }
  void ExpectApart(int a, int b) {
    EXPECT_FALSE(Reaches(node(a), node(b))) << a << " to " << b;
    EXPECT_FALSE(Reaches(node(b), node(a))) << b << " to " << a;
  }
};

TEST_F(SwitchFaults, PartitionSeparatesItsGroupsAndNoOthers) {
  BootNodes(3);
  ActiveFault partition = Inject("partition", {&node(3), &node(1)});
  ExpectApart(1, 2);
  ExpectApart(2, 3);
  ExpectJoined(1, 3);
  EXPECT_EQ(Run(node(2), "cat /sys/class/net/data/carrier"), "1\n")
      << "it is silent";

  partition.Heal(Within(5s));
  partition.WaitForRecovery(Within(5s));
  ExpectJoined(1, 2);
  ExpectJoined(2, 3);
}

TEST_F(SwitchFaults, PartitionIntoThreeLeavesEveryNodeAlone) {
  BootNodes(3);
  {
    const ActiveFault partition =
        Inject("partition", {&node(1), &node(2)}, {{"sizes", "1+1"}});
    ExpectApart(1, 2);
    ExpectApart(2, 3);
    ExpectApart(1, 3);
  }
  ExpectJoined(1, 2);
}

TEST_F(SwitchFaults, IsolatedNodeIsAloneAndTheOthersAreNot) {
  BootNodes(3);
  {
    const ActiveFault isolated = Inject("isolate", {&node(2)});
    ExpectApart(1, 2);
    ExpectJoined(1, 3);
  }
  ExpectJoined(1, 2);
}

TEST_F(SwitchFaults, MinorityIsApartFromTheMajority) {
  BootNodes(3);
  {
    const ActiveFault minority = Inject("majority-minority", {&node(3)});
    ExpectApart(1, 3);
    ExpectJoined(1, 2);
  }
  ExpectJoined(1, 3);
  EXPECT_THROW(Inject("majority-minority", {&node(3), &node(1)}), UsageError);
}

}  // namespace
}  // namespace faultline
