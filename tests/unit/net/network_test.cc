#include "faultline/net/network.h"

#include <gmock/gmock.h>

#include <memory>
#include <set>

#include "faultline/base/error.h"
#include "faultline/net/vde_switch.h"
#include "support/scratch_directory.h"
#include "support/vde_plug.h"

namespace faultline {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::ThrowsMessage;

using Groups = std::vector<std::vector<int>>;
using Hearers = std::set<int>;

TEST(Groups, PutNodesThatAreNotNamedTogether) {
  EXPECT_THAT(GroupOfEachNode(3, {}), ElementsAre(0, 0, 0));
  EXPECT_THAT(GroupOfEachNode(3, {{2}}), ElementsAre(0, 1, 0));
  EXPECT_THAT(GroupOfEachNode(5, {{1, 2}, {5, 3}}), ElementsAre(1, 1, 2, 0, 2));
  EXPECT_THAT(GroupOfEachNode(2, {{}, {1, 2}}), ElementsAre(2, 2));
}

TEST(Groups, TakeTheTesterAlong) {
  EXPECT_EQ(GroupOfTester(3, {}), 0);
  EXPECT_EQ(GroupOfTester(3, {{2}}), 0) << "with those that are not named";
  EXPECT_EQ(GroupOfTester(3, {{2}, {1, 3}}), 2) << "with the largest group";
  EXPECT_EQ(GroupOfTester(4, {{2, 4}, {1, 3}}), 1) << "the first of equal ones";
  EXPECT_EQ(GroupOfTester(3, {{2, 0}, {1, 3}}), 1) << "where it is named";
  EXPECT_THAT(GroupOfEachNode(3, {{2, 0}}), ElementsAre(0, 1, 0));
  EXPECT_THAT([] { GroupOfTester(3, {{0}, {0}}); },
              ThrowsMessage<UsageError>("partition: tester is named twice"));
}

TEST(Groups, AreRefusedForANodeThatDoesNotExist) {
  for (const int node : {-1, 4})
    EXPECT_THROW(GroupOfEachNode(3, {{1}, {node}}), UsageError) << node;
  EXPECT_THAT([] { GroupOfEachNode(3, {{4}}); },
              ThrowsMessage<UsageError>(
                  "partition: there is no node 4 (nodes are 1 to 3)"));
}

TEST(Groups, AreRefusedIfANodeIsNamedTwice) {
  EXPECT_THAT([] { GroupOfEachNode(3, {{1, 2}, {2}}); },
              ThrowsMessage<UsageError>("partition: node2 is named twice"));
  EXPECT_THROW(GroupOfEachNode(3, {{1, 1}}), UsageError);
}

// Four plugs on a real switch.
class DataNetwork : public testing::Test {
 protected:
  static constexpr int kNodes = 4;

  DataNetwork()
      : switch_(warden_, scratch_.path(), Deadline::After(seconds(10))),
        network_(warden_, switch_, kNodes) {
    for (int node = 1; node <= kNodes; ++node)
      plugs_.push_back(
          std::make_unique<VdePlug>(switch_.plug_directory(), node));
  }

  VdePlug& plug(int node) {
    return *plugs_[static_cast<std::size_t>(node - 1)];
  }

  // Who hears a frame from `node`. A frame of a neighbour that hears everybody
  // cannot mark the end, so silence is what shows the end.
  Hearers WhoHears(int node) {
    plug(node).Broadcast("hello");
    Hearers hearers;
    for (int other = 1; other <= kNodes; ++other)
      if (plug(other).Receive(30) == "hello") hearers.insert(other);
    return hearers;
  }

  ScratchDirectory scratch_;
  Warden warden_;
  VdeSwitch switch_;
  Network network_;
  std::vector<std::unique_ptr<VdePlug>> plugs_;
};

TEST_F(DataNetwork, ConnectsAllNodes) {
  EXPECT_EQ(WhoHears(1), (Hearers{2, 3, 4}));
  EXPECT_EQ(WhoHears(4), (Hearers{1, 2, 3}));
}

TEST_F(DataNetwork, IsSplitIntoGroups) {
  network_.Partition({{1, 3}, {2}});
  EXPECT_EQ(WhoHears(1), Hearers{3});
  EXPECT_EQ(WhoHears(3), Hearers{1});
  EXPECT_THAT(WhoHears(2), IsEmpty());
  EXPECT_THAT(WhoHears(4), IsEmpty());
}

TEST_F(DataNetwork, GoesFromOnePartitionToTheNext) {
  network_.Partition({{1, 2}, {3, 4}});
  network_.Partition({{1, 3}, {2, 4}});
  EXPECT_EQ(WhoHears(1), Hearers{3});
  EXPECT_EQ(WhoHears(4), Hearers{2});
}

TEST_F(DataNetwork, NeverJoinsNodesThatNoPartitionJoins) {
  const Groups one = {{1}, {2}, {3, 4}};
  const Groups other = {{2}, {1}, {3, 4}};
  network_.Partition(one);
  for (int turn = 0; turn < 50; ++turn) {
    network_.Partition(turn % 2 == 0 ? other : one);
    plug(1).Broadcast("hello");
  }
  EXPECT_EQ(plug(2).Receive(30), "");
}

TEST_F(DataNetwork, NeverJoinsThemThroughACableEither) {
  const Groups one = {{1}, {2}, {3, 4}};
  const Groups other = {{2}, {1}, {3, 4}};
  network_.Partition(one);
  for (int turn = 0; turn < 20; ++turn) {
    network_.InsertCable(1, {});
    network_.Partition(turn % 2 == 0 ? other : one);
    plug(1).Broadcast("hello");
    network_.RemoveCable(1);
    plug(1).Broadcast("hello");
  }
  EXPECT_EQ(plug(2).Receive(30), "");
}

TEST_F(DataNetwork, KnowsTheGroupOfANodeThatIsOff) {
  plugs_[1].reset();
  network_.Isolate(2);
  EXPECT_FALSE(network_.Joined(1, 2));
  network_.HealAll();
  EXPECT_TRUE(network_.Joined(1, 2));
}

TEST_F(DataNetwork, HealsAsOftenAsAsked) {
  network_.Isolate(2);
  EXPECT_EQ(WhoHears(1), (Hearers{3, 4}));
  network_.HealAll();
  network_.HealAll();
  EXPECT_EQ(WhoHears(2), (Hearers{1, 3, 4}));
}

TEST_F(DataNetwork, KeepsAPowerCycledNodeInItsGroup) {
  network_.Isolate(2);
  plugs_[1].reset();
  plugs_[1] = std::make_unique<VdePlug>(switch_.plug_directory(), 2);
  EXPECT_THAT(WhoHears(2), IsEmpty());
}

TEST_F(DataNetwork, StaysAsItIsAfterARefusedPartition) {
  EXPECT_THROW(network_.Partition({{1}, {9}}), UsageError);
  EXPECT_EQ(WhoHears(1), (Hearers{2, 3, 4}));
}

}  // namespace
}  // namespace faultline
