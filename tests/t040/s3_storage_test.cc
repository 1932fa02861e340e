// The storage that all hosts share goes away and comes back.
#include "plasmavmc.h"

namespace faultline {
namespace {

SERVICE_TEST_F(PlasmaVMC, SharedStorageGoneAndBack) {
  // Given two hosts that share the disk of a machine, which runs on one,
  const VmHosts hosts{.hosts = 2};
  FormLibvirtWithVms(hosts);
  StartOnTheFirst();
  const VmTick before = LastTick();
  // when the disk answers none of them,
  const std::int64_t gone = vm_recorder().Now();
  ActiveFault stalled = Inject("disk-stalled", cluster().nodes(),
                               {{"disk", hosts.vms.at(0).disk}});
  // then the machine stands still,
  WaitForSilence(Scaled(4s), Within(60s));
  const VmTick last = LastTick();
  EXPECT_EQ(StateOn(host(1)).state, VmState::kRunning);
  // and counts on once the disk is back, where it was, in the same boot.
  const std::int64_t back = vm_recorder().Now();
  stalled.Heal(Within(kHealLimit));
  const VmTick after = WaitForTicks(4, Within(60s), &host(1));
  EXPECT_EQ(after.boot, before.boot);
  EXPECT_GT(after.count, last.count);
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(Scaled(12s)).count(),
                          .downtimes = {{gone, back}}}),
              Holds());
}

}  // namespace
}  // namespace faultline
