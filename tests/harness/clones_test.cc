// Machines that are resumed from a checkpoint are machines of their own, and
// otherwise like those that booted.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "faultline/base/environment.h"
#include "faultline/base/eventually.h"
#include "faultline/cluster/guest_checkpoint.h"
#include "faultline/service/registry/store_bindings.h"
#include "faultline/testing/store_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr Duration kClockTolerance = 50ms;

class Clones : public ClusterTest {
 protected:
  Cluster& BootClones(int nodes) {
    Cluster& cluster = Boot({.nodes = nodes});
    EXPECT_THAT(fact("boot"), testing::HasSubstr("resumed from guest"));
    return cluster;
  }
};

// What no two machines share, as each shows it.
std::vector<std::string> IdentityOf(Node& node) {
  std::vector<std::string> identity;
  for (const char* command :
       {"cat /etc/machine-id", "cat /proc/sys/kernel/random/boot_id",
        "sha256sum /etc/ssh/ssh_host_ed25519_key",
        "head -c 16 /dev/urandom | od -An -tx1"})
    identity.push_back(node.Succeed(command, Within(10s)));
  return identity;
}

// What is the same on every machine of one name, whichever way it came up.
std::string LookAt(Node& node) {
  // A machine is ready before its last units are (NixOS: nscd and others).
  Eventually(Within(60s), node.name() + ": systemd has nothing left to start",
             [&](LastSeen& last) {
               last.Set(node.Succeed("systemctl list-jobs --no-legend --plain",
                                     Within(20s)));
               return last.text().empty();
             });
  std::string seen;
  for (const char* command :
       {"uname -a", "hostname", "cat /etc/hostname /etc/hosts",
        "ip -brief link | sort", "ip -brief -4 address | sort", "ip route",
        "cut -d' ' -f1-3 /proc/mounts | sort",
        "ss --tcp --listening --numeric --no-header | awk '{print $4}'",
        "systemctl list-units --no-legend --plain --type=service "
        "--state=active | awk '{print $1, $3, $4}'",
        "systemctl is-active faultline-etcd.service; true",
        "ls -A /var/lib/state /root", "cat /root/.ssh/authorized_keys | wc -l",
        "stat -c '%a %U' /etc/ssh/ssh_host_ed25519_key", "nft list ruleset",
        "tc qdisc show dev data", "sysctl -a 2>/dev/null | grep ^net.ipv4.conf",
        "cat /proc/cmdline"})
    seen +=
        fmt::format("$ {}\n{}", command, node.Succeed(command, Within(20s)));
  return seen;
}

TEST_F(Clones, LookLikeABootedMachine) {
  const std::string cloned = LookAt(BootClones(1).node(1));
  const std::string booted = LookAt(Boot({.nodes = 1, .cold = true}).node(1));
  EXPECT_EQ(cloned, booted);
}

TEST_F(Clones, HaveIdentitiesOfTheirOwn) {
  Cluster& cluster = BootClones(3);
  std::set<std::string> seen;
  for (Node* node : cluster.nodes()) {
    for (const std::string& part : IdentityOf(*node))
      EXPECT_TRUE(seen.insert(part).second)
          << node->name() << " shares " << part;
  }
  cluster.node(1).Succeed("ping -c 1 -W 5 node2 && ping -c 1 -W 5 node3",
                          Within(20s));
}

TEST_F(Clones, BootAgainAfterAPowerCutWithTheirStateDisk) {
  Node& node = BootClones(1).node(1);
  node.Succeed("echo kept >/var/lib/state/file; sync", Within(10s));
  node.PowerCut();
  node.Start(Within(60s));
  EXPECT_EQ(node.Succeed("cat /var/lib/state/file", Within(10s)), "kept\n");
  EXPECT_EQ(node.Succeed("hostname", Within(10s)), "node1\n");
}

TEST_F(Clones, RestartWhenTheirResetButtonIsPressed) {
  Node& node = BootClones(1).node(1);
  const std::string before = IdentityOf(node).at(1);
  node.Reboot(Within(60s));
  EXPECT_NE(IdentityOf(node).at(1), before);
}

// FAULTLINE_CLONES says how many; 200 were run (docs/benchmarks.md).
TEST_F(Clones, ManyInARowAreAllDifferentAndOnTime) {
  const int wanted = std::stoi(Environment("FAULTLINE_CLONES").value_or("6"));
  std::set<std::string> seen;
  for (int made = 0; made < wanted; made += 3) {
    Cluster& cluster = BootClones(3);
    for (Node* node : cluster.nodes()) {
      const Duration offset = node->machine().agent()->ClockOffset(Within(5s));
      EXPECT_LT(std::chrono::abs(offset), kClockTolerance) << node->name();
      for (const std::string& part : IdentityOf(*node))
        EXPECT_TRUE(seen.insert(part).second) << part;
    }
  }
}

// A cold boot in its place could hold, and nobody would ever look.
TEST_F(Clones, WhoseServiceDoesNotGoOnAreAnErrorAndNotBooted) {
  MakeCluster({.nodes = 1});
  const auto find = [&] {
    return GuestCheckpoint(image(), accelerator(), {}, Within(120s));
  };
  EXPECT_THAT(
      [&] { Resume(find, [] { throw TimeoutError("no leader came back"); }); },
      testing::ThrowsMessage<TimeoutError>("no leader came back"));
  EXPECT_EQ(fact("not resumed"), "");
  EXPECT_THAT(fact("checkpoint"), testing::HasSubstr("guest"));
}

class FormedClones : public StoreTest {
 protected:
  FormedClones() : StoreTest(FindStoreBinding("ChainFire")) {}
};

TEST_F(FormedClones, AcceptAWriteAtOnceAndElectNobody) {
  FormCluster();
  EXPECT_THAT(fact("boot"), testing::HasSubstr("resumed from ChainFire"));
  Node& leader = store().WaitForLeader(Within(30s));
  const std::uint64_t term = store().Status(leader, Within(5s)).term;
  Workload& load = StartLoad();
  load.WaitForAcknowledged(200, Within(60s));
  EXPECT_EQ(store().Status(leader, Within(5s)).term, term);
  EXPECT_EQ(&store().WaitForLeader(Within(30s)), &leader);
  EXPECT_THAT(Judge(), Holds());
}

}  // namespace
}  // namespace faultline
