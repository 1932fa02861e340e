#pragma once

#include <string>

#include "faultline/service/vm/libvirt.h"
#include "faultline/service/vm/pacemaker.h"
#include "faultline/testing/vm_test.h"

namespace faultline {

using std::chrono_literals::operator""s;

// The role VmManager, played by libvirt on each host, or by Pacemaker on top of
// it.
class PlasmaVMC : public VmTest {
 protected:
  // Hosts with libvirt alone: each looks after its own machines.
  void FormLibvirt(const VmHosts& hosts) {
    FormHosts({.role = "PlasmaVMC", .make = MakeLibvirt}, {"libvirt"}, hosts);
  }
  // The same, and every host knows every machine.
  void FormLibvirtWithVms(const VmHosts& hosts) {
    FormLibvirt(hosts);
    for (Node* node : cluster().nodes())
      for (const VmSpec& vm : hosts.vms)
        manager().Define(*node, vm, Within(30s));
  }
  // A cluster of hosts whose power a controller cuts on their request.
  void FormPacemaker(const PacemakerOptions& options = {}, int hosts = 3);
  PacemakerManager& pacemaker() {
    return static_cast<PacemakerManager&>(service());
  }
  PowerController& power() { return pacemaker().power(); }
  // Has the cluster start the machine, and returns the host that it is on.
  Node& StartInTheCluster();
  // Returns the first tick from another host.
  VmTick WaitForTicksElsewhere(const Node& host, Deadline deadline);
  // Once it ran elsewhere: what took how long, as facts of the report.
  void RecordFailover(std::int64_t broken_ns, const Node& host);

  void StartOnTheFirst();
  // Moves it from the first host to the second, and judges the run.
  void MovesAndCountsOn(const MigrationOptions& how);
  // The link is slow until what is returned is healed.
  ActiveFault BeginASlowMove();

  VmStatus StateOn(Node& node, const std::string& vm = "ticker") {
    return manager().StateOf(node, vm, Within(20s));
  }
};

}  // namespace faultline
