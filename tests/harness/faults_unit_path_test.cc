// What a fault leaves running in a guest is a unit of systemd's, and systemd's
// own PATH may lead to no program at all (NixOS).
#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

class UnitPath : public FaultTest {
 protected:
  // From now on a unit's PATH has systemd's programs in it, as NixOS's, and no
  // other; the unit that looks is the witness.
  void Narrow(Node& node) {
    Run(node,
        "mkdir /run/narrow && cd /run/narrow && "
        "ln -s \"$(command -v systemctl)\" . && "
        "systemctl set-environment PATH=/run/narrow && "
        "systemd-run --quiet --collect sh -c "
        "'for program in systemctl dd sleep mkdir mount; do "
        "command -v $program; done >/run/found'");
    Eventually(Within(20s), "a unit has looked for programs", [&] {
      return Run(node, "cat /run/found 2>/dev/null || true") ==
             "/run/narrow/systemctl\n";
    });
  }
  std::string EtcdPid() { return Run(node(1), "pgrep -x etcd || true"); }
};

TEST_F(UnitPath, RestartLoopFindsItsPrograms) {
  FormCluster(1);
  Narrow(node(1));
  const std::string first = EtcdPid();
  ActiveFault loop = Inject("process-restart-loop", {&node(1)});
  EXPECT_NE(EtcdPid(), first);
  loop.Heal(Within(20s));
  loop.WaitForRecovery(Within(30s));
}

TEST_F(UnitPath, MemoryPressureAndStalledDiskFindTheirs) {
  BootNodes(1);
  Narrow(node(1));
  const auto available = [&] {
    return std::stoi(Run(node(1),
                         "awk '/^MemAvailable/ { print $2 }' "
                         "/proc/meminfo"));
  };
  const int before = available();
  ActiveFault pressure = Inject("memory-pressure", {&node(1)});
  EXPECT_LT(available(), before / 2);
  pressure.Heal(Within(30s));

  ActiveFault stalled = Inject("disk-stalled", {&node(1)});
  EXPECT_EQ(Run(node(1), "pgrep -xc dd"), "1\n");
  stalled.Heal(Within(20s));
}

}  // namespace
}  // namespace faultline
