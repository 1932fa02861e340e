// T040 step 1: the machines themselves.
#include <fmt/format.h>

#include "faultline/testing/cluster_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

class Environment : public ClusterTest {};

std::string Ping(const Node& to) {
  return fmt::format("ping -c 1 -W 2 {}", to.data_address());
}

TEST_F(Environment, ThreeNodesBootOnTheSwitch) {
  Cluster& cluster = Boot({.nodes = 3, .cold = true});

  for (Node* from : cluster.nodes()) {
    for (Node* to : cluster.nodes()) from->Succeed(Ping(*to), Within(10s));
  }

  // The switch is the only way between nodes, and not a way to the tester.
  cluster.network().Isolate(2);
  cluster.node(1).Fail(Ping(cluster.node(2)), Within(10s));
  cluster.node(1).Succeed(Ping(cluster.node(3)), Within(10s));
  EXPECT_THAT(cluster.node(2).Succeed("echo $SSH_CONNECTION", Within(10s)),
              testing::AllOf(testing::HasSubstr("10.0.2.2 "),
                             testing::HasSubstr("10.0.2.15 22")));
  cluster.network().HealAll();
  cluster.node(1).Succeed(Ping(cluster.node(2)), Within(10s));
}

TEST_F(Environment, GuestsReachNothingOutside) {
  Cluster& cluster = Boot({.nodes = 2});
  Node& node = cluster.node(1);

  // The tester's own port into node2 listens on this host's loopback, which an
  // unrestricted user-mode network would show to the guest as 10.0.2.2.
  const std::string connect =
      fmt::format("timeout 5 bash -c '</dev/tcp/10.0.2.2/{}'",
                  cluster.node(2).HostPort(22));
  node.Fail(connect, Within(20s));
  node.Succeed("timeout 5 bash -c '</dev/tcp/node2/22'", Within(20s));
}

TEST_F(Environment, NodesNetbootOverPxe) {
  Cluster& cluster = Boot({.nodes = 1, .boot_path = BootPath::kNetboot});
  Node& node = cluster.node(1);

  // No kernel was handed to QEMU and no root disk is there: the root file
  // system came over the network and lies in memory.
  node.Fail("grep -qx root /sys/block/vd*/serial", Within(10s));
  node.Succeed("grep -q squashfs /sys/block/loop*/loop/backing_file",
               Within(10s));
  EXPECT_EQ(node.Succeed("hostname", Within(10s)), "node1\n");
  for (const auto& [service, version] : cluster.image().services)
    node.Succeed("systemctl cat faultline-" + service, Within(20s));
}

TEST_F(Environment, StateSurvivesPowerCut) {
  Node& node = Boot({.nodes = 1, .cold = true}).node(1);
  node.Succeed("echo kept > /var/lib/state/flushed && sync", Within(10s));
  node.Succeed("echo lost > /root/in-memory && sync", Within(10s));
  const std::string boot_id =
      node.Succeed("cat /proc/sys/kernel/random/boot_id", Within(10s));

  node.PowerCut();
  EXPECT_FALSE(node.Running());
  node.Start(Within(60s));

  EXPECT_NE(node.Succeed("cat /proc/sys/kernel/random/boot_id", Within(10s)),
            boot_id);
  EXPECT_EQ(node.Succeed("cat /var/lib/state/flushed", Within(10s)), "kept\n");
  node.Fail("test -e /root/in-memory", Within(10s));
}

}  // namespace
}  // namespace faultline
