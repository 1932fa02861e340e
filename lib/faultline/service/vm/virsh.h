#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/cluster/node.h"
#include "faultline/service/vm/vm_manager.h"

namespace faultline::internal {

// Runs `virsh ARGUMENTS` on the host. Returns what it printed. Throws
// CommandError "HOST: ACTION: WORDS" if it said no, TimeoutError if it said
// nothing in time: in the guest it ends then, too.
std::string Virsh(Node& host, const std::string& arguments,
                  const std::string& action, Deadline deadline);

// The command line of the same, for a shell of the guest.
std::string VirshCommand(const std::string& arguments, Duration limit);

// Of `virsh domstate --reason`: "shut off (crashed)".
VmStatus ParseDomainState(const std::string& text);
// Of `virsh list --all`, without its heading: " 1    ticker   running".
std::map<std::string, VmStatus> ParseDomainList(const std::string& text);
// Of `virsh event --all --loop`: the lifecycle's lines, all others are left
// out.
std::vector<VmEvent> ParseDomainEvents(const std::string& text);
// Of `virsh domjobinfo --completed`.
void ReadJobInfo(const std::string& text, MigrationResult& result);

// The domain of such a machine, as libvirt's XML.
std::string DomainXml(const VmSpec& vm);

}  // namespace faultline::internal
