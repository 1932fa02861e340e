#pragma once

#include "faultline/service/vm/libvirt.h"
#include "faultline/testing/vm_test.h"

namespace faultline {

using std::chrono_literals::operator""s;

// The role VmManager, played by libvirt on each host.
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
  VmStatus StateOn(Node& node, const std::string& vm = "ticker") {
    return manager().StateOf(node, vm, Within(20s));
  }
};

}  // namespace faultline
