// What cannot be done is refused in words that name host and machine, and the
// states stay true.
#include <fmt/format.h>

#include "faultline/base/error.h"
#include "plasmavmc.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr char kVm[] = "ticker";

// The ticker as `name`, with one thing changed.
std::string Changed(const std::string& name, const std::string& memory,
                    const std::string& disk) {
  return fmt::format(
      "<domain type='qemu'><name>{}</name><memory unit='MiB'>{}</memory>"
      "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
      "<devices><disk type='block' device='disk'>"
      "<driver name='qemu' type='raw' cache='none'/>"
      "<source dev='{}'/><target dev='hda' bus='ide'/></disk>"
      "<controller type='usb' model='none'/><memballoon model='none'/>"
      "<video><model type='none'/></video></devices></domain>",
      name, memory, disk);
}

// A command that is refused: it says who refused it and why.
auto Refused(const std::string& what) {
  return ThrowsMessage<CommandError>(
      AllOf(HasSubstr("node1"), HasSubstr(what)));
}

SERVICE_TEST_F(PlasmaVMC, BadRequestsAreRefused) {
  // Given a host with a machine that runs,
  FormLibvirtWithVms({});
  Node& host1 = host(1);
  manager().StartVm(host1, kVm, Within(30s));
  WaitForTicks(2, Within(30s));
  // when a machine is asked for that nobody knows,
  EXPECT_THAT([&] { manager().StartVm(host1, "nobody", Within(20s)); },
              Refused("nobody"));
  EXPECT_THAT([&] { manager().Destroy(host1, "nobody", Within(20s)); },
              Refused("nobody"));
  // or is described by something that is no description,
  EXPECT_THAT([&] { manager().DefineFrom(host1, "no XML", Within(20s)); },
              Refused("define"));
  // or has no disk, or more memory than there is,
  manager().DefineFrom(host1, Changed("diskless", "8", "/dev/nothing"),
                       Within(20s));
  EXPECT_THAT([&] { manager().StartVm(host1, "diskless", Within(20s)); },
              Refused("/dev/nothing"));
  manager().DefineFrom(host1,
                       Changed("huge", "65536", "/dev/disk/by-id/virtio-lun"),
                       Within(20s));
  EXPECT_THAT([&] { manager().StartVm(host1, "huge", Within(20s)); },
              Refused("huge"));
  // or one that runs is to be started or moved to where it is,
  EXPECT_THAT([&] { manager().StartVm(host1, kVm, Within(20s)); },
              Refused("already"));
  manager().BeginMigration(host1, kVm, host1, {}, Within(20s));
  EXPECT_FALSE(manager().WaitForMigration(host1, kVm, Within(30s)).moved);
  // then nothing has changed.
  EXPECT_EQ(StateOn(host1, "nobody").state, VmState::kUndefined);
  EXPECT_EQ(StateOn(host1, "diskless").state, VmState::kOff);
  EXPECT_EQ(StateOn(host1, "huge").state, VmState::kOff);
  EXPECT_EQ(StateOn(host1).state, VmState::kRunning);
  EXPECT_EQ(WaitForTicks(2, Within(30s)).boot, 1U);
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(Scaled(12s)).count()}),
              Holds());
}

// The fence agent and the power controller, without a cluster around them.
SERVICE_TEST_F(PlasmaVMC, PowerControllerObeysOnlyWhoKnowsTheSecret) {
  // Given two hosts, one of which knows the secret,
  BootHosts({.role = "PlasmaVMC",
             .make = [](Cluster& its) { return MakePacemaker(its, {}); }},
            {"libvirt", "pacemaker"},
            {.hosts = 2, .channels = {PowerController::kChannel}});
  const auto give = [&](Node& node, const std::string& secret) {
    node.Upload(secret + "\n", "/var/lib/state/power-secret", 0600,
                Within(10s));
  };
  const auto fence = [&](Node& node, const std::string& options) {
    return node.Execute("fence_faultline " + options, Within(20s));
  };
  give(host(1), power().secret());
  give(host(2), "guessed");
  // when they ask, then the first one is answered,
  EXPECT_EQ(fence(host(1), "--action list").standard_output,
            "node1,node1\nnode2,node2\n");
  EXPECT_EQ(fence(host(1), "--action monitor").exit_code, 0);
  EXPECT_EQ(fence(host(1), "--action status --plug node2").exit_code, 0);
  // the other one is not,
  EXPECT_EQ(fence(host(2), "--action monitor").exit_code, 1);
  EXPECT_EQ(fence(host(2), "--action off --plug node1").exit_code, 1);
  EXPECT_TRUE(host(1).Running());
  // nobody turns off what is not there,
  EXPECT_EQ(fence(host(1), "--action off --plug node9").exit_code, 1);
  // a controller that refuses, lies or says nothing turns off nobody,
  power().Set(PowerController::Mode::kRefuse);
  EXPECT_EQ(fence(host(1), "--action off --plug node2").exit_code, 1);
  power().Set(PowerController::Mode::kLie);
  EXPECT_EQ(fence(host(1), "--action off --plug node2").exit_code, 0);
  EXPECT_EQ(fence(host(1), "--action status --plug node2").exit_code, 2);
  power().Set(PowerController::Mode::kHang);
  EXPECT_NE(fence(host(1), "--action off --plug node2").exit_code, 0);
  EXPECT_TRUE(host(2).Running());
  // and one that obeys does, and turns on again.
  power().Set(PowerController::Mode::kObey);
  EXPECT_EQ(fence(host(1), "--action off --plug node2").exit_code, 0);
  EXPECT_FALSE(host(2).Running());
  EXPECT_EQ(fence(host(1), "--action status --plug node2").exit_code, 2);
  EXPECT_EQ(fence(host(1), "--action on --plug node2").exit_code, 0);
  EXPECT_TRUE(host(2).Running());
  // All of it is on record.
  const auto fences = vm_recorder().Snapshot().fences;
  EXPECT_THAT(fences, testing::Contains(
                          testing::Field(&FenceRequest::answer, "refused")));
  EXPECT_THAT(fences,
              testing::Contains(testing::Field(&FenceRequest::obeyed, false)));
  EXPECT_THAT(fences,
              testing::Contains(testing::Field(&FenceRequest::answer, "")));
}

}  // namespace
}  // namespace faultline
