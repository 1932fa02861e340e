#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faultline/service/vm/power_controller.h"
#include "faultline/service/vm/vm_manager.h"

namespace faultline {

struct PacemakerOptions {
  // What the cluster looks after, on any of its hosts.
  std::vector<VmSpec> vms = {{}};
  // How long a host may be silent before the others go on without it. 1.5 s is
  // too short for a busy machine: silences of 2.3 s were seen without a fault.
  Duration token = std::chrono::seconds(5);
  // False: nobody's power is cut, and each part of a divided cluster goes on by
  // itself. A control: it runs machines twice.
  bool fencing = true;
  // How long the cluster waits for a power controller that does not answer.
  Duration fence_limit = std::chrono::seconds(30);
};

// Machines that survive their host: Pacemaker and Corosync on the hosts, with
// the stock agent VirtualDomain on libvirt. The nodes have the services
// "libvirt" and "pacemaker", and the channel of the power controller, which it
// brings along, with a secret of its own.
//
// A machine belongs to the cluster, which chooses its host: start and shut down
// ask the cluster by way of `host`; other requests but a move are libvirt's and
// its own business (suspend, resume). Define and undefine are refused: what it
// looks after is told when it is formed.
class PacemakerManager : public VmManager {
 public:
  virtual PowerController& power() = 0;
  // The hosts that the cluster says are up, as `through` sees them.
  virtual std::vector<std::string> OnlineHosts(Node& through,
                                               Deadline deadline) = 0;
  // The host that leads the cluster (designated controller); empty: none.
  virtual std::string Controller(Node& through, Deadline deadline) = 0;
  // The host on which the cluster believes the machine to run; empty: none.
  virtual std::string HostOf(Node& through, const std::string& vm,
                             Deadline deadline) = 0;
};

std::unique_ptr<PacemakerManager> MakePacemaker(
    Cluster& cluster, const PacemakerOptions& options);

}  // namespace faultline
