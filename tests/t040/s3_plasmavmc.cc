#include <fmt/format.h>

#include "faultline/base/eventually.h"
#include "plasmavmc.h"

namespace faultline {
namespace {

constexpr char kVm[] = "ticker";

std::string Seconds(std::int64_t ns) {
  return fmt::format("{:.2f} s", static_cast<double>(ns) / 1e9);
}

}  // namespace

void PlasmaVMC::FormPacemaker(const PacemakerOptions& options, int hosts) {
  ResumeHosts({.role = "PlasmaVMC",
               .make =
                   [options](Cluster& cluster) {
                     return MakePacemaker(cluster, options);
                   }},
              {"libvirt", "pacemaker"},
              {.hosts = hosts, .channels = {PowerController::kChannel}},
              Duration(90s));
}

Node& PlasmaVMC::StartInTheCluster() {
  manager().StartVm(host(1), kVm, Within(60s));
  const std::string where = WaitForTicks(3, Within(60s)).host;
  for (Node* node : cluster().nodes())
    if (node->name() == where) return *node;
  throw Error("no node " + where);
}

VmTick PlasmaVMC::WaitForTicksElsewhere(const Node& host, Deadline deadline) {
  return Eventually(
      deadline,
      fmt::format("{} to tick on another host than {}", kVm, host.name()),
      [&](LastSeen& seen) -> std::optional<VmTick> {
        const VmTick tick = LastTick(kVm);
        seen.Set(fmt::format("boot {} count {} on {}", tick.boot, tick.count,
                             tick.host));
        return tick.host == host.name() ? std::nullopt : std::optional(tick);
      });
}

void PlasmaVMC::RecordFailover(std::int64_t broken_ns, const Node& host) {
  const VmTrace trace = vm_recorder().Snapshot();
  for (const FenceRequest& fence : trace.fences) {
    if (fence.host != host.name() || fence.action != "off") continue;
    if (fence.asked_ns < broken_ns || fence.answer != "done") continue;
    RecordFact("detection", Seconds(fence.asked_ns - broken_ns));
    RecordFact("fencing", Seconds(fence.answered_ns - fence.asked_ns));
    for (const VmTick& tick : trace.ticks) {
      if (tick.at_ns < fence.answered_ns || tick.host == host.name()) continue;
      RecordFact("start elsewhere", Seconds(tick.at_ns - fence.answered_ns));
      RecordFact("failover", Seconds(tick.at_ns - broken_ns));
      return;
    }
  }
}

}  // namespace faultline
