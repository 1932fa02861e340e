#include "faultline/testing/vm_test.h"

#include <fmt/format.h>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr int kDiskMib = 4;

NodeSpec HostSpec(const std::set<std::string>& services, const VmHosts& hosts) {
  NodeSpec spec{.memory_mib = hosts.memory_mib,
                .channels = hosts.channels,
                .services = services};
  for (const VmSpec& vm : hosts.vms) {
    spec.channels.push_back(vm.channel);
    if (!hosts.shared_storage)
      spec.disks.push_back({.serial = vm.disk, .mib = kDiskMib});
  }
  return spec;
}

ClusterOptions OptionsFor(const ServiceBinding& binding,
                          const std::set<std::string>& services,
                          const VmHosts& hosts) {
  ClusterOptions options{.nodes = {hosts.hosts, HostSpec(services, hosts)},
                         .ports = binding.ports};
  for (const VmSpec& vm : hosts.vms)
    if (hosts.shared_storage)
      options.shared_disks.push_back({.serial = vm.disk, .mib = kDiskMib});
  return options;
}

}  // namespace

VmTest::~VmTest() = default;

void VmTest::TearDown() {
  feed_.reset();
  ServiceTest::TearDown();
}

VmRecorder& VmTest::vm_recorder() {
  if (!vm_recorder_)
    vm_recorder_ = std::make_unique<VmRecorder>(
        run_directory().path() / "vms.jsonl",
        [&history = recorder()] { return history.Now(); });
  return *vm_recorder_;
}

void VmTest::PrepareDisk(Node& node, const VmSpec& vm) {
  node.Succeed(
      fmt::format("dd if=/usr/share/faultline/ticker conv=notrunc,fsync "
                  "of=/dev/disk/by-id/virtio-{} status=none",
                  vm.disk),
      Within(10s));
}

void VmTest::Watch(const VmHosts& hosts) {
  manager().RecordTo(&vm_recorder());
  for (const VmSpec& vm : hosts.vms)
    for (Node* node : cluster().nodes())
      if (node->index() == 1 || !hosts.shared_storage) PrepareDisk(*node, vm);
  feed_ =
      std::make_unique<TickFeed>(cluster().nodes(), hosts.vms, vm_recorder());
}

void VmTest::BootHosts(const ServiceBinding& binding,
                       const std::set<std::string>& services,
                       const VmHosts& hosts) {
  BootService(binding, OptionsFor(binding, services, hosts));
  Watch(hosts);
}

void VmTest::ResumeHosts(const ServiceBinding& binding,
                         const std::set<std::string>& services,
                         const VmHosts& hosts, Duration form_limit) {
  FormServiceOverSsh(binding, OptionsFor(binding, services, hosts), form_limit);
  Watch(hosts);
}

void VmTest::FormHosts(const ServiceBinding& binding,
                       const std::set<std::string>& services,
                       const VmHosts& hosts) {
  BootHosts(binding, services, hosts);
  service().Form(cluster().nodes(), Within(60s));
}

VmTick VmTest::LastTick(const std::string& vm) {
  const VmTrace trace = vm_recorder().Snapshot();
  for (auto tick = trace.ticks.rbegin(); tick != trace.ticks.rend(); ++tick)
    if (tick->vm == vm) return *tick;
  throw CommandError(vm + " has not ticked yet");
}

VmTick VmTest::WaitForTicks(int more, Deadline deadline, const Node* from,
                            const std::string& vm) {
  const std::size_t before = vm_recorder().Snapshot().ticks.size();
  return Eventually(
      deadline,
      fmt::format("{} ticks of {} on {}", more, vm,
                  from == nullptr ? "any host" : from->name()),
      [&](LastSeen& seen) -> std::optional<VmTick> {
        const VmTrace trace = vm_recorder().Snapshot();
        int count = 0;
        const VmTick* last = nullptr;
        for (std::size_t i = before; i < trace.ticks.size(); ++i) {
          const VmTick& tick = trace.ticks[i];
          if (tick.vm != vm || (from != nullptr && tick.host != from->name()))
            continue;
          ++count;
          last = &tick;
        }
        seen.Set(fmt::format("{} of them", count));
        return count >= more ? std::optional(*last) : std::nullopt;
      });
}

void VmTest::WaitForSilence(Duration length, Deadline deadline,
                            const std::string& vm) {
  const std::int64_t since = vm_recorder().Now();
  Eventually(deadline,
             fmt::format("{} to be silent for {}", vm, ToText(length)),
             [&](LastSeen& seen) {
               const VmTick tick = LastTick(vm);
               const std::int64_t last = std::max(tick.at_ns, since);
               seen.Set(fmt::format("boot {} count {} on {}", tick.boot,
                                    tick.count, tick.host));
               return vm_recorder().Now() - last >= length.count();
             });
}

Verdict VmTest::JudgeVmRun(const VmPromises& promises) {
  vm_recorder().End();
  vm_recorder().ThrowIfBroken();
  evidence().vms = vm_recorder().Snapshot();
  evidence().history = std::make_shared<const History>(recorder().Snapshot());
  return Judge({.vms = promises});
}

}  // namespace faultline
