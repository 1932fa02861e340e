// A node can be a host of virtual machines, which are QEMU processes inside it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "faultline/base/eventually.h"
#include "faultline/testing/cluster_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr char kLun[] = "/dev/disk/by-id/virtio-lun";

constexpr char kDomain[] = R"(<domain type='qemu'>
  <name>ticker</name>
  <memory unit='MiB'>8</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <on_reboot>destroy</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='block' device='disk'>
      <driver name='qemu' type='raw' cache='none' io='threads'/>
      <source dev='/dev/disk/by-id/virtio-lun'/>
      <target dev='hda' bus='ide'/>
    </disk>
    <serial type='file'><source path='/run/ticks'/></serial>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <video><model type='none'/></video>
  </devices>
</domain>
)";

class InnerMachine : public ClusterTest {};

// The count of the last whole line of that boot, -1 before the first.
int LastTick(Node& host, int boot) {
  const std::string line = host.Succeed(
      fmt::format("grep -a '^tick {:08x} ........$' /run/ticks | tail -1",
                  boot),
      Within(20s));
  return line.empty() ? -1 : std::stoi(line.substr(14), nullptr, 16);
}

void WaitForTick(Node& host, int boot, int count) {
  Eventually(Within(60s), fmt::format("boot {} counts to {}", boot, count),
             [&](LastSeen& seen) {
               const int last = LastTick(host, boot);
               seen.Set(fmt::format("{}", last));
               return last >= count;
             });
}

TEST_F(InnerMachine, TicksOnAHostAndStartsAgainWithTheNextBoot) {
  const NodeSpec host_spec{.memory_mib = 768, .services = {"libvirt"}};
  Node& host = Boot({.nodes = {1, host_spec},
                     .shared_disks = {{.serial = "lun", .mib = 4}}})
                   .node(1);
  host.Succeed(
      fmt::format("dd if=/usr/share/faultline/ticker of={} conv=notrunc"
                  " status=none",
                  kLun),
      Within(20s));
  host.Succeed("systemctl start faultline-libvirt.service", Within(60s));
  host.Upload(kDomain, "/run/ticker.xml", 0600, Within(20s));
  host.Succeed("virsh define /run/ticker.xml && virsh start ticker",
               Within(120s));
  WaitForTick(host, 1, 4);
  host.Succeed("virsh destroy ticker && virsh start ticker", Within(120s));
  WaitForTick(host, 2, 2);
  host.Succeed("virsh destroy ticker", Within(60s));
}

}  // namespace
}  // namespace faultline
