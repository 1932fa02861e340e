// Each thing done to a node has an independent witness.
#include <fmt/format.h>
#include <signal.h>

#include <cerrno>

#include "faultline/base/eventually.h"
#include "faultline/testing/cluster_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class NodeFaults : public ClusterTest {
 protected:
  Node& BootOne() { return Boot({.nodes = 1}).node(1); }
};

double GuestUptime(Node& node) {
  return std::stod(node.Succeed("cut -d' ' -f1 /proc/uptime", Within(10s)));
}

bool ProcessExists(pid_t pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

TEST_F(NodeFaults, PowerCutLeavesNoProcessAndTheNodeStartsAgain) {
  Node& node = BootOne();
  const pid_t pid = node.machine().pid();
  ASSERT_TRUE(ProcessExists(pid));

  node.PowerCut();

  EXPECT_FALSE(node.Running());
  EXPECT_FALSE(ProcessExists(pid));
  EXPECT_THROW(node.Execute("true", Within(2s)), Error);
  node.Start(Within(60s));
  EXPECT_EQ(node.Succeed("hostname", Within(10s)), "node1\n");
}

TEST_F(NodeFaults, FrozenGuestDoesNothingAndGoesOnWhenThawed) {
  using Seconds = std::chrono::duration<double>;
  Node& node = BootOne();
  const auto began = std::chrono::steady_clock::now();
  const double before = GuestUptime(node);

  node.Freeze(Within(5s));
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_THROW(node.Execute("true", Deadline::After(3s)), TimeoutError);
  const Seconds frozen = std::chrono::steady_clock::now() - asked;
  EXPECT_LT(frozen, 4s) << "the deadline was not honoured";
  node.Thaw(Within(5s));

  // However long it took to ask, the guest lived no longer than the rest.
  const double lived = GuestUptime(node) - before;
  const Seconds passed = std::chrono::steady_clock::now() - began;
  EXPECT_LT(lived, (passed - frozen).count() + 0.02)
      << "the guest's clock went on while it was frozen";
}

TEST_F(NodeFaults, RebootGivesANewBootAndKeepsTheStateDisk) {
  Node& node = BootOne();
  const auto boot_id = [&] {
    return node.Succeed("cat /proc/sys/kernel/random/boot_id", Within(10s));
  };
  const std::string first = boot_id();
  node.Succeed("echo kept > /var/lib/state/file && sync", Within(10s));

  node.Reboot(Within(60s));

  EXPECT_NE(boot_id(), first);
  EXPECT_EQ(node.Succeed("cat /var/lib/state/file", Within(10s)), "kept\n");
}

TEST_F(NodeFaults, ShutDownEndsTheMachineInOrder) {
  Node& node = BootOne();
  node.ShutDown(Within(30s));
  EXPECT_FALSE(node.Running());
}

}  // namespace
}  // namespace faultline
