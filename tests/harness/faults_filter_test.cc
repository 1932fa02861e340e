#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

class FilterFaults : public FaultTest {
 protected:
  // A ping of the sender is counted by the receiver, whatever becomes of the
  // answer.
  bool Hears(int receiver, int sender) {
    const std::int64_t before = Counter(node(receiver), "IcmpInEchos");
    node(sender).Execute("ping -c 1 -W 1 " + node(receiver).data_address(),
                         Within(20s));
    return Counter(node(receiver), "IcmpInEchos") > before;
  }
  void ExpectAllHear(int nodes) {
    for (int receiver = 1; receiver <= nodes; ++receiver)
      for (int sender = 1; sender <= nodes; ++sender)
        EXPECT_TRUE(receiver == sender || Hears(receiver, sender))
            << receiver << " hears " << sender;
  }
};

TEST_F(FilterFaults, OneWayCutIsDeafInThatDirectionOnly) {
  BootNodes(2);
  ActiveFault cut = Inject("one-way-cut", {&node(1), &node(2)});
  EXPECT_FALSE(Hears(2, 1));
  EXPECT_TRUE(Hears(1, 2));

  cut.Heal(Within(20s));
  cut.WaitForRecovery(Within(20s));
  EXPECT_TRUE(Reaches(node(1), node(2)));
}

TEST_F(FilterFaults, PairCutLeavesTheThirdNodeToBoth) {
  BootNodes(3);
  {
    const ActiveFault cut = Inject("pair-cut", {&node(1), &node(2)});
    EXPECT_FALSE(Hears(2, 1));
    EXPECT_FALSE(Hears(1, 2));
    EXPECT_TRUE(Reaches(node(3), node(1)));
    EXPECT_TRUE(Reaches(node(3), node(2)));
  }
  EXPECT_TRUE(Reaches(node(1), node(2)));
}

TEST_F(FilterFaults, FilterPartitionSeparatesTwoSides) {
  BootNodes(3);
  {
    const ActiveFault cut = Inject("filter-partition", {&node(2)});
    EXPECT_FALSE(Hears(1, 2));
    EXPECT_FALSE(Hears(2, 3));
    EXPECT_TRUE(Reaches(node(1), node(3)));
  }
  ExpectAllHear(3);
}

TEST_F(FilterFaults, OnlyTheBridgeHearsBothSides) {
  BootNodes(3);
  {
    const ActiveFault bridge = Inject("bridge", {&node(2), &node(1)});
    EXPECT_FALSE(Hears(1, 3));
    EXPECT_FALSE(Hears(3, 1));
    EXPECT_TRUE(Reaches(node(2), node(1)));
    EXPECT_TRUE(Reaches(node(2), node(3)));
  }
  EXPECT_TRUE(Reaches(node(1), node(3)));
}

TEST_F(FilterFaults, EachNodeOfARingHearsAnotherMajority) {
  BootNodes(3);
  {
    const ActiveFault ring = Inject("ring", {&node(1), &node(2), &node(3)});
    EXPECT_TRUE(Hears(2, 1) && Hears(3, 2) && Hears(1, 3));
    EXPECT_FALSE(Hears(1, 2) || Hears(2, 3) || Hears(3, 1));
  }
  ExpectAllHear(3);
}

TEST_F(FilterFaults, TwoCutsAtOnceAreHealedOneByOne) {
  BootNodes(2);
  ActiveFault there = Inject("one-way-cut", {&node(1), &node(2)});
  ActiveFault back = Inject("one-way-cut", {&node(2), &node(1)});
  there.Heal(Within(20s));
  EXPECT_TRUE(Hears(2, 1));
  EXPECT_FALSE(Hears(1, 2));
  node(1).PowerCut();
  EXPECT_NO_THROW(back.Heal(Within(5s)));
}

}  // namespace
}  // namespace faultline
